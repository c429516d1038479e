import Foundation  // Data for base64
import Mustache

/// A page that cannot be rendered: a defect of the template.
package struct PageError: Error, CustomStringConvertible {
  package let description: String
}

extension Page {
  /// One self-contained file with styles, figures and script.
  ///
  /// - Parameter drawings: SVG by figure name; a figure without a drawing shows only its caption.
  package func html(drawings: [String: String] = [:]) throws -> String {
    let library = MustacheLibrary(templates: [
      "page": try MustacheTemplate(string: PageTemplate.page),
      "block": try MustacheTemplate(string: PageTemplate.block),
    ])
    let names = Identifiers()
    let blocks = inOneFile.blocks
    let contexts = blocks.map { $0.context(drawings, names) }
    let context: [String: Any] = [
      "title": blocks.lazy.compactMap { if case .heading(1, let text) = $0 { text } else { nil } }.first ?? "SAMBench",
      "style": PageTemplate.style, "script": PageTemplate.script, "links": links,
      "blocks": contexts,
    ]
    guard let text = library.render(context, withTemplate: "page") else {
      throw PageError(description: "the page's template does not render")
    }
    return text.withMarks { $0.htmlText }
  }

  /// The second-level headings, for the table of contents.
  private var links: [[String: Any]] {
    let names = Identifiers()
    return inOneFile.blocks.compactMap { block in
      guard case .heading(let level, let text) = block else { return nil }
      let id = names.heading(level, text)
      return level == 2 ? ["id": id, "text": String(text.prefix { !".,".contains($0) })] : nil
    }
  }
}

/// Unique link targets; blocks below a heading have the heading's name as a prefix.
private final class Identifiers {
  private var used: Set<String> = []
  private var section = ""

  func heading(_ level: Int, _ text: String) -> String {
    let id = unique(level > 2 && !section.isEmpty ? "\(section)-\(text.identifier)" : text.identifier)
    if level <= 2 { section = id }
    return id
  }

  func part(_ text: String) -> String { unique(section.isEmpty ? text.identifier : "\(section)-\(text.identifier)") }

  private func unique(_ id: String) -> String {
    var name = id
    var count = 1
    while !used.insert(name).inserted {
      count += 1
      name = "\(id)-\(count)"
    }
    return name
  }
}

extension Page.Block {
  /// A key that a block does not give would be looked up in the blocks around it: a fold would be its own content.
  fileprivate func context(_ drawings: [String: String], _ names: Identifiers) -> [String: Any] {
    let none = ["heading", "paragraph", "banner", "list", "fold", "figure", "table", "links"].map { ($0, false as Any) }
    return content(drawings, names).merging(none) { given, _ in given }
  }

  private func content(_ drawings: [String: String], _ names: Identifiers) -> [String: Any] {
    switch self {
    case .heading(let level, let text):
      return ["heading": ["level": level, "id": names.heading(level, text), "text": text] as [String: Any]]
    case .paragraph(let text): return ["paragraph": ["html": text.inlineHTML]]
    case .banner(let text): return ["banner": ["html": text.inlineHTML]]
    case .list(let items): return ["list": ["items": items.map { ["html": $0.inlineHTML] }]]
    case .fold(let title, let blocks):
      return [
        "fold": ["title": title, "id": names.part(title), "blocks": blocks.map { $0.context(drawings, names) }]
          as [String: Any]
      ]
    case .figure(let figure):
      let data: Any = drawings[figure.name].map { Data($0.utf8).base64EncodedString() } ?? false
      return [
        "figure": [
          "title": figure.title, "alt": figure.alternative, "html": figure.caption.inlineHTML, "data": data,
          "id": names.part(figure.name),
        ] as [String: Any]
      ]
    case .table(let table): return ["table": table.context(names)]
    case .links(let links): return ["links": ["items": links.map { ["text": $0.text, "target": $0.target] }]]
    case .appendix: preconditionFailure("Page: an HTML page has its appendices as sections")
    }
  }
}

extension Page.Link {
  /// Parts of an appendix are folds of the page.
  fileprivate var target: String {
    guard let section, let part else { return file.markdownPath }
    return "#\(section.identifier)-\(part.identifier)"
  }
}

extension Table {
  fileprivate func context(_ names: Identifiers) -> [String: Any] {
    let sides = columns.map { $0.alignment == .left ? "l" : "r" }
    let id = names.part("rows")
    return [
      "id": id, "caption": caption.map { $0 as Any } ?? false, "label": caption ?? id, "isLong": rows.count > 20,
      "heads": zip(columns, sides).map { ["html": $0.title.inlineHTML, "side": $1] },
      "rows": rows.enumerated().map { number, row in
        [
          "anchor": anchors[number].map { $0 as Any } ?? false,
          "cells": zip(row, sides).enumerated().map { index, cell in
            [
              "html": cell.0.text.inlineHTML, "side": cell.1, "mood": cell.0.text.mood,
              "isFirst": index == 0, "target": targets[Place(row: number, column: index)].map { $0 as Any } ?? false,
            ] as [String: Any]
          },
        ] as [String: Any]
      },
      "notes": notes.map { ["mark": $0.mark, "html": $0.text.inlineHTML] }, "hasNotes": !notes.isEmpty,
    ]
  }
}

extension String {
  /// Markup and addresses as HTML; everything else literally.
  fileprivate var inlineHTML: String {
    var html = htmlText
    html = html.replacing("&lt;u&gt;", with: "<u>").replacing("&lt;/u&gt;", with: "</u>")
    html = html.replacing(/\*\*(.+?)\*\*/) { "<strong>\($0.1)</strong>" }
    html = html.replacing(/\*([^*]+?)\*/) { "<em>\($0.1)</em>" }
    html = html.replacing(/`([^`]+)`/) { "<code>\($0.1)</code>" }
    return html.replacing(/https:\/\/[A-Za-z0-9.\/_~%?=+#-]*[A-Za-z0-9\/]/) { "<a href=\"\($0.0)\">\($0.0)</a>" }
  }

  /// A link target: letters and digits joined by dashes.
  var identifier: String {
    lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
  }

  /// The color class of a verdict's cell.
  fileprivate var mood: String {
    let text = withoutMarks
    func starts(_ words: [String]) -> Bool { words.contains { text.hasPrefix($0) } }
    if starts(["reproduced", "holds", "same direction"]) || hasSuffix(" ✓") { return "good" }
    if starts(["differs", "does not hold", "opposite"]) || hasSuffix(" ✗") { return "bad" }
    if starts(["inconclusive", "mixed", "open"]) || hasSuffix(" ?") { return "open" }
    return ""
  }
}

extension Report {
  package func html(drawings: [String: String]) throws -> String { try page.html(drawings: drawings) }
}

/// The page's template, styles and script, files of this target that the build embeds.
private enum PageTemplate {
  static let page = text(PackageResources.page_mustache)
  static let block = text(PackageResources.block_mustache)
  static let style = text(PackageResources.page_css)
  static let script = text(PackageResources.page_js)

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
