import Configuration
import Foundation
import Methods
import Testing

/// Compares the sources of the methods with their declarations.
@Suite struct MethodFilesTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func sources(in folder: String) throws -> [(path: String, text: String)] {
    let files = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
    return try (files?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }.sorted().map {
      (folder + "/" + $0, try String(contentsOf: root.appendingPathComponent(folder + "/" + $0), encoding: .utf8))
    }
  }

  @Test("a method's documentation gives its defaults as a row of a suite, and its reference", arguments: 0..<16)
  func documentation(_ index: Int) throws {
    let type = MethodCatalogue.all[index]
    let file = Self.root.appendingPathComponent("Sources/Methods/\(type).swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    let comment = text.split(separator: "\n").filter { $0.hasPrefix("///") }.map { $0.dropFirst(3) }
      .joined().replacing(/\s+/, with: " ")
    let row = try #require(comment.firstMatch(of: /Defaults: `\{(.*?)\}`/), "\(type): no line of defaults")
    var stated = Dictionary(
      uniqueKeysWithValues: row.1.split(separator: ", ").map { pair in
        let parts = pair.split(separator: ": ")
        return (String(parts[0]), String(parts[1]))
      })
    #expect(stated.removeValue(forKey: "name") == type.name)
    #expect(Set(stated.keys) == Set(type.settings.map(\.name)))
    for setting in type.settings {
      let value = setting.standard.description
      #expect(stated[setting.name] == (value.hasSuffix(".0") ? String(value.dropLast(2)) : value), "\(setting.name)")
    }
    #expect(comment.contains("Reference: \(type.source.authors) \(type.source.year)"))
  }

  @Test("the catalogue has as many methods as the test above has arguments")
  func count() { #expect(MethodCatalogue.all.count == 16) }

  // Reports name the methods that appear in figures of the paper.
  @Test("no source outside Methods names a method")
  func names() throws {
    let types = MethodCatalogue.all.map { "\($0)" }.joined(separator: "|")
    let names = MethodCatalogue.all.map { "\"\($0.name)\"" }.joined(separator: "|")
    let pattern = try Regex("\\b(\(types))\\.(self|name)\\b|\\b(\(types))\\.[a-z]+\\b|method\\.name == (\(names))")
    for (path, text) in try Self.sources(in: "Sources")
    where !path.hasPrefix("Sources/Methods/") && !path.hasPrefix("Sources/Report/") {
      for line in text.split(separator: "\n") where !line.contains("//") {
        #expect(line.firstMatch(of: pattern) == nil, "\(path): \(line)")
      }
    }
  }
}
