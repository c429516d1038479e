/// Texts that end or begin a string, a line, a field or a tag of some language.
public enum HostileTexts {
  /// On one line: a suite may contain them, and every renderer must show them unchanged.
  public static let lines = [
    "", " ", " lead", "trail ", "it's", "'", "''", "'\\''", "\"", "say \"hi\"", "\"\"", "\\", "back\\slash", "\\\"",
    "\\'",
    "\\n", "a\tb", "|", "a|b", "a\\|b", "`", "`id`", "``x``", "$(touch pwned)", "`touch pwned`", "$x", "${x}",
    "!touch pwned",
    "; touch pwned;", "&& touch pwned", "> pwned", "#", "# Heading", "#SBATCH --uid=0", "--uid=0", "-", "%", "50 %",
    "%s %d %n",
    "%j_%A", "x^2", "a_b", "_a_", "a{b}c", "{/Bold z}", "p@q", "r&s", "&amp;", "&#65;", "t~u", "~", "^", "*", "**b**",
    "g**h** *i", "<b>", "</td>", "<u>j", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "\"><svg onload=x>",
    "[o](http://a.b)", "![i](http://a.b)", "[r]: http://a.b", "===", "---", "1.", "a,b", "a;b", "\"a\",\"b\"", "=1+1",
    "+2",
    "-3", "@SUM(A1)", "{{title}}", "{{{style}}}", "{{#blocks}}", "EOD", "$d0 << EOD", "system(\"touch pwned\")", "NaN",
    "null",
    "true", "日本語の長い名前", "é", "e\u{301}", "👩‍👩‍👧", "🇩🇪", "ﷺ", "a/b", "../../x", "/etc/passwd", ":", "a: b", "- a", "? x",
    String(repeating: "long ", count: 60), String(repeating: "x", count: 400),
  ]

  /// Texts that end a line, move a cursor or change the writing direction: rejected in suites, shown as escapes where a
  /// file contains them already.
  public static let controls = [
    "\n", "\r", "\r\n", "\u{0}", "\u{1}", "\u{7}", "\u{8}", "\u{B}", "\u{C}", "\u{1B}", "\u{1B}[2J", "\u{1B}]0;x\u{7}",
    "\u{7F}",
    "\u{85}", "\u{9B}31m", "\u{2028}", "\u{2029}", "\u{202E}", "\u{2066}",
  ]

  /// Each control sequence inside a text that would be a command in some language.
  public static let multiline = controls.flatMap { control in
    ["x\(control)touch pwned", "x'\(control)system(\"touch pwned\")\(control)#", "x\(control)#SBATCH --uid=0", control]
  }

  public static let all = lines + multiline
}
