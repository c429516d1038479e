import Foundation
import Testing

/// Files in `Tests/Golden/reports` that output must equal exactly.
///
/// `UPDATE_GOLDEN=1 make test` rewrites them; review the changes before committing.
enum Golden {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Golden/reports")

  /// Expects a text to equal a golden file and reports the first line that differs.
  static func expect(_ text: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = folder.appendingPathComponent(name)
    let isNew = !FileManager.default.fileExists(atPath: file.path)
    if isNew { Issue.record("\(name) did not exist and was written: review it", sourceLocation: sourceLocation) }
    if isNew || ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    guard text != golden else { return }
    let (ours, theirs) = (
      text.split(separator: "\n", omittingEmptySubsequences: false),
      golden.split(separator: "\n", omittingEmptySubsequences: false)
    )
    let line =
      zip(ours, theirs).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(ours.count, theirs.count)
    Issue.record(
      """
      \(name) differs in line \(line + 1):
      golden: \(line < theirs.count ? theirs[line] : "(end)")
      now:    \(line < ours.count ? ours[line] : "(end)")
      """, sourceLocation: sourceLocation)
  }
}
