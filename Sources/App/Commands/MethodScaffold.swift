import Configuration
import Foundation
import Methods

/// A method file made from the template, and the line that registers it.
struct MethodScaffold {
  let name, type: String
  /// The file to write, and the file that lists all methods.
  let file, registry: String
  /// Commands to show to the user: one builds the package, the other runs its program.
  let build, program: String
  private let text, registryText: String

  /// Finds the files and prepares their texts; writes nothing.
  init(name: String, type: String? = nil, package: String) throws {
    guard CatalogueName.isAllowed(name) else {
      throw UsageError("\(CatalogueError.malformed(kind: "method", name: name))")
    }
    guard MethodCatalogue.named(name) == nil else {
      throw UsageError("\(CatalogueError.taken(kind: "method", name: name))")
    }
    let type = type ?? MethodScaffold.typeName(of: name)
    guard type.wholeMatch(of: /[A-Z][A-Za-z0-9]*/) != nil else {
      throw UsageError("'\(type)' is not a valid Swift type name: choose one such as CalmSAM with --type.")
    }
    guard type.utf8.count <= FileName.longest, !MethodScaffold.words.contains(type) else {
      throw UsageError("'\(type)' is reserved in Swift or too long: choose another type, such as MineSAM, with --type.")
    }
    try MethodScaffold.check(type, in: [("a method's file", MethodScaffold.template)])
    (self.name, self.type) = (name, type)

    let own = MethodScaffold.path(package, "Sources/Methods/MethodCatalogue.swift")
    var text = MethodScaffold.template
    if FileManager.default.fileExists(atPath: own) {
      registry = own
      text = text.replacing("import Methods\n", with: "")
      (build, program) = ("make build", ".build/release/sambench")
    } else {
      registry = try MethodScaffold.mainFile(of: package)
      let imports = text.prefix(upTo: text.firstRange(of: "\n\n")!.lowerBound)
      text.replaceSubrange(imports.startIndex..<imports.endIndex, with: "import SAMBench")
      let target = URL(fileURLWithPath: registry).deletingLastPathComponent().lastPathComponent
      (build, program) = ("swift build -c release", ".build/release/\(target)")
    }
    let folder = URL(fileURLWithPath: registry).deletingLastPathComponent()
    file = folder.appendingPathComponent("\(type).swift").relativePath
    guard !FileManager.default.fileExists(atPath: file) else {
      throw UsageError("\(file) already exists. Choose another name, or another --type.")
    }
    try MethodScaffold.check(type, in: MethodScaffold.sources(in: folder.relativePath))
    self.text = text.replacing("TemplateMethod", with: type).replacing("template-method", with: name)
    guard let registryText = MethodScaffold.registering(type, in: try String(contentsOfFile: registry, encoding: .utf8))
    else {
      throw UsageError(
        "\(registry): no list of methods found to add \(type).self to. Write SAMBenchProgram(methods: []) there.")
    }
    self.registryText = registryText
  }

  func write() throws(OutputError) {
    do {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      try registryText.write(toFile: registry, atomically: true, encoding: .utf8)
    } catch {
      throw OutputError(description: "\(file): cannot be written: \(error.localizedDescription)")
    }
  }

  static let template = String(decoding: PackageResources.TemplateMethod_swift_txt, as: UTF8.self)

  /// "calm-sam" becomes CalmSAM, "gsam" becomes GSAM.
  static func typeName(of name: String) -> String {
    name.split(separator: "-").map { part in
      part.hasSuffix("sam") && part.count <= 5 || part == "sgd"
        ? part.uppercased() : part.prefix(1).uppercased() + part.dropFirst()
    }.joined()
  }

  /// The source of a catalogue or program with the type added to its list of methods; nil if it has no such list.
  static func registering(_ type: String, in source: String) -> String? {
    var source = source
    if let bare = source.firstRange(of: "SAMBenchProgram()") {
      source.replaceSubrange(bare, with: "SAMBenchProgram(methods: [\(type).self])")
      return source
    }
    guard let anchor = source.firstRange(of: /SAMBenchProgram\([^)]*methods:\s*\[|of: "method",\s*\[/),
      let end = source[anchor.upperBound...].firstIndex(of: "]")
    else { return nil }
    let list = source[anchor.upperBound..<end]
    let last = list.lastIndex { !$0.isWhitespace }
    guard let last else {
      source.insert(contentsOf: "\(type).self", at: anchor.upperBound)
      return source
    }
    // A list on several lines ends in a comma; a list on one line does not.
    let indent = list[..<last].lastIndex(of: "\n").map { list[$0...].prefix { $0.isWhitespace } } ?? " "
    let addition = list[last] == "," ? "\(indent)\(type).self," : ", \(type).self"
    source.insert(contentsOf: addition, at: source.index(after: last))
    return source
  }

  /// Reserved words of Swift that look like type names.
  private static let words = ["Any", "Self", "Type", "Protocol"]

  /// Throws if existing code uses the name, such as Vector, Batch, SAM or Sendable. The new type would fail to compile
  /// or hide the existing one.
  private static func check(_ type: String, in sources: [(place: String, text: String)]) throws {
    let word = try Regex("\\b\(type)\\b")
    let used = sources.first { _, text in
      text.split(separator: "\n").contains { $0.replacing(/\/\/.*/, with: "").firstMatch(of: word) != nil }
    }
    guard let used else { return }
    throw UsageError(
      "'\(type)' is already used in \(used.place): choose another type, such as \(type)Method, with --type.")
  }

  private static func sources(in folder: String) -> [(place: String, text: String)] {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".swift") }.sorted().map { file in
      let path = "\(folder)/\(file)"
      return (path, (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    }
  }

  /// The file that starts the package's program.
  private static func mainFile(of package: String) throws -> String {
    guard let main = sources(in: path(package, "Sources")).first(where: { $0.text.contains("SAMBenchProgram(") }) else {
      throw UsageError(
        "\(package): neither SAMBench itself nor a package that starts a SAMBenchProgram in its Sources folder. "
          + "Run in the package's folder, or name it with --package.")
    }
    return main.place
  }

  private static func path(_ folder: String, _ file: String) -> String { folder == "." ? file : "\(folder)/\(file)" }
}
