import Foundation  // Data for base64
import Mustache

/// A page that cannot be rendered, which would be a mistake in the template.
package struct PageError: Error, CustomStringConvertible {
  package let description: String
}

extension Page {
  /// One file that opens from a disk: styles, figures and the script that sorts tables are inside.
  ///
  /// - Parameter drawings: SVG by figure name; a figure without one says so.
  package func html(drawings: [String: String] = [:]) throws -> String {
    let library = MustacheLibrary(templates: [
      "page": try MustacheTemplate(string: PageTemplate.page),
      "block": try MustacheTemplate(string: PageTemplate.block),
    ])
    let context: [String: Any] = [
      "title": blocks.lazy.compactMap { if case .heading(1, let text) = $0 { text } else { nil } }.first ?? "SAMBench",
      "style": PageTemplate.style, "script": PageTemplate.script, "links": links,
      "blocks": blocks.map { $0.context(drawings) },
    ]
    guard let text = library.render(context, withTemplate: "page") else {
      throw PageError(description: "the page's template does not render")
    }
    return text
  }

  /// The second-level headings, for the list of contents.
  private var links: [[String: Any]] {
    blocks.compactMap { block in
      if case .heading(2, let text) = block {
        ["id": text.identifier, "text": String(text.split(separator: ".")[0])]
      } else {
        nil
      }
    }
  }
}

extension Page.Block {
  /// A key that a block does not give would be looked up in the blocks around it: a fold would be its own content.
  fileprivate func context(_ drawings: [String: String]) -> [String: Any] {
    let none = ["heading", "paragraph", "banner", "list", "fold", "figure", "table"].map { ($0, false as Any) }
    return content(drawings).merging(none) { given, _ in given }
  }

  private func content(_ drawings: [String: String]) -> [String: Any] {
    switch self {
    case .heading(let level, let text):
      return ["heading": ["level": level, "id": text.identifier, "text": text] as [String: Any]]
    case .paragraph(let text): return ["paragraph": ["html": text.inlineHTML]]
    case .banner(let text): return ["banner": ["html": text.inlineHTML]]
    case .list(let items): return ["list": ["items": items.map { ["html": $0.inlineHTML] }]]
    case .fold(let title, let blocks):
      return ["fold": ["title": title, "blocks": blocks.map { $0.context(drawings) }] as [String: Any]]
    case .figure(let figure):
      let data: Any = drawings[figure.name].map { Data($0.utf8).base64EncodedString() } ?? false
      return ["figure": ["title": figure.title, "html": figure.caption.inlineHTML, "data": data] as [String: Any]]
    case .table(let table): return ["table": table.context]
    }
  }
}

extension Table {
  fileprivate var context: [String: Any] {
    let sides = columns.map { $0.alignment == .left ? "l" : "r" }
    return [
      "heads": zip(columns, sides).map { ["html": $0.title.inlineHTML, "side": $1] },
      "rows": rows.map { row in
        ["cells": zip(row, sides).map { ["html": $0.text.inlineHTML, "side": $1, "mood": $0.text.mood] }]
      },
      "notes": notes.map { ["mark": $0.mark, "html": $0.text.inlineHTML] }, "hasNotes": !notes.isEmpty,
    ]
  }
}

extension String {
  /// Our few signs of Markdown as HTML; everything else as it is.
  fileprivate var inlineHTML: String {
    var html = htmlText
    html = html.replacing("&lt;u&gt;", with: "<u>").replacing("&lt;/u&gt;", with: "</u>")
    html = html.replacing(/\*\*(.+?)\*\*/) { "<strong>\($0.1)</strong>" }
    html = html.replacing(/\*([^*]+?)\*/) { "<em>\($0.1)</em>" }
    return html.replacing(/`([^`]+)`/) { "<code>\($0.1)</code>" }
  }

  /// A name for links: letters and digits, joined by dashes.
  fileprivate var identifier: String {
    lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
  }

  /// What a verdict's cell is coloured by.
  fileprivate var mood: String {
    if hasPrefix("reproduced") || hasSuffix(" ✓") { return "good" }
    if hasPrefix("differs") || hasSuffix(" ✗") { return "bad" }
    if hasPrefix("inconclusive") || hasSuffix(" ?") { return "open" }
    return ""
  }
}

extension Report {
  /// The same page as one HTML file.
  package func html(drawings: [String: String]) throws -> String { try page.html(drawings: drawings) }
}

private enum PageTemplate {
  static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{title}}</title>
    <style>
    {{{style}}}
    </style>
    </head>
    <body>
    <nav>{{#links}}<a href="#{{id}}">{{text}}</a>{{/links}}</nav>
    <main>
    {{#blocks}}
    {{> block}}
    {{/blocks}}
    </main>
    <script>
    {{{script}}}
    </script>
    </body>
    </html>

    """

  static let block = """
    {{#heading}}
    <h{{level}} id="{{id}}">{{text}}</h{{level}}>
    {{/heading}}
    {{#paragraph}}
    <p>{{{html}}}</p>
    {{/paragraph}}
    {{#banner}}
    <p class="banner">{{{html}}}</p>
    {{/banner}}
    {{#list}}
    <ul>
    {{#items}}
    <li>{{{html}}}</li>
    {{/items}}
    </ul>
    {{/list}}
    {{#fold}}
    <details>
    <summary>{{title}}</summary>
    {{#blocks}}
    {{> block}}
    {{/blocks}}
    </details>
    {{/fold}}
    {{#figure}}
    <figure>
    {{#data}}<img alt="{{title}}" src="data:image/svg+xml;base64,{{data}}">{{/data}}
    <figcaption><strong>{{title}}.</strong> {{{html}}}</figcaption>
    </figure>
    {{/figure}}
    {{#table}}
    <div class="scroll"><table>
    <thead><tr>{{#heads}}<th class="{{side}}">{{{html}}}</th>{{/heads}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr>{{#cells}}<td class="{{side}} {{mood}}">{{{html}}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table></div>
    {{#hasNotes}}
    <ul class="notes">
    {{#notes}}
    <li>{{mark}} {{{html}}}</li>
    {{/notes}}
    </ul>
    {{/hasNotes}}
    {{/table}}
    """

  static let style = """
    :root { color-scheme: light; }
    * { box-sizing: border-box; }
    body { margin: 0; font: 16px/1.5 Georgia, "Times New Roman", serif; color: #1a1a1a; background: #fff; }
    main { max-width: 84rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
    nav { position: sticky; top: 0; z-index: 2; background: #fff; border-bottom: 1px solid #ccc; padding: .4rem 1.25rem;
      font: 13px/1.6 system-ui, sans-serif; white-space: nowrap; overflow-x: auto; }
    nav a { margin-right: 1.1rem; color: #0b4f8a; text-decoration: none; }
    nav a:hover { text-decoration: underline; }
    h1, h2, h3 { line-height: 1.25; scroll-margin-top: 3rem; }
    h1 { font-size: 1.8rem; } h2 { font-size: 1.35rem; margin-top: 2.5rem; border-bottom: 1px solid #ddd; }
    h3 { font-size: 1.1rem; margin-top: 1.6rem; }
    p, li { max-width: 46rem; }
    .banner { border-left: 4px solid #b35900; background: #fff6ec; padding: .5rem .8rem; }
    .scroll { overflow-x: auto; margin: .8rem 0; }
    table { border-collapse: collapse; font: 13.5px/1.35 system-ui, sans-serif; font-variant-numeric: tabular-nums;
      border-top: 2px solid #333; border-bottom: 2px solid #333; }
    th, td { padding: .28rem .6rem; vertical-align: top; white-space: nowrap; }
    td.l:last-child { white-space: normal; min-width: 16rem; }
    td.l:first-child { white-space: normal; min-width: 7rem; max-width: 22rem; }
    th { border-bottom: 1px solid #333; cursor: pointer; user-select: none; font-weight: 600; }
    th[aria-sort=ascending]::after { content: " ▲"; } th[aria-sort=descending]::after { content: " ▼"; }
    tbody tr:nth-child(even) { background: #f6f6f6; }
    .l { text-align: left; } .r { text-align: right; }
    .good { color: #00573c; } .bad { color: #a11212; font-weight: 600; } .open { color: #6a4a00; }
    code { font: .88em ui-monospace, Menlo, Consolas, monospace; }
    details { margin: .8rem 0; } summary { cursor: pointer; font: 14px/1.6 system-ui, sans-serif; color: #0b4f8a; }
    figure { margin: 1.4rem 0; } figure img { max-width: 100%; height: auto; display: block; }
    figcaption { font-size: .92rem; max-width: 46rem; margin-top: .3rem; }
    .notes { list-style: none; padding-left: 0; font-size: .88rem; color: #333; }
    @media (max-width: 40rem) { body { font-size: 15px; } main { padding: .6rem .7rem 3rem; } nav { padding: .4rem .7rem; } }
    @media print { nav { display: none; } details > * { display: block; } th { cursor: auto; } }
    """

  /// A click on a head sorts by that column: by its last number where there is one (ours, behind the arrow), else as text.
  static let script = """
    document.querySelectorAll("th").forEach(th => {
      th.tabIndex = 0;
      const sort = () => {
        const table = th.closest("table"), column = [...th.parentNode.children].indexOf(th);
        const up = th.getAttribute("aria-sort") !== "ascending";
        table.querySelectorAll("th").forEach(other => other.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", up ? "ascending" : "descending");
        const key = row => {
          const text = row.children[column].textContent.split("→").pop().trim().replace("−", "-");
          const number = parseFloat(text);
          return [Number.isNaN(number) ? Infinity : number, text];
        };
        const rows = [...table.tBodies[0].rows];
        rows.sort((a, b) => {
          const [x, s] = key(a), [y, t] = key(b);
          const order = x === y ? s.localeCompare(t) : x < y ? -1 : 1;
          return up ? order : -order;
        });
        rows.forEach(row => table.tBodies[0].append(row));
      };
      th.addEventListener("click", sort);
      th.addEventListener("keydown", event => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(); } });
    });
    """
}
