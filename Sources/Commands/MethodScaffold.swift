import Configuration
import Foundation
import Methods

/// A method file made from the template, and the line that registers it.
struct MethodScaffold {
  let name, type: String
  /// The file to write, and the one that lists all methods.
  let file, registry: String
  /// Commands for people: how the package is built, and how its program is called.
  let build, program: String
  private let text, registryText: String

  /// Finds the places and makes the texts; writes nothing.
  init(name: String, type: String? = nil, package: String) throws {
    guard CatalogueName.isAllowed(name) else {
      throw UsageError("\(CatalogueError.malformed(kind: "method", name: name))")
    }
    guard MethodCatalogue.named(name) == nil else {
      throw UsageError("\(CatalogueError.taken(kind: "method", name: name))")
    }
    let type = type ?? MethodScaffold.typeName(of: name)
    guard type.wholeMatch(of: /[A-Z][A-Za-z0-9]*/) != nil else {
      throw UsageError("'\(type)' cannot be a Swift type here: give one such as CalmSAM with --type.")
    }
    guard type.utf8.count <= FileName.longest, !MethodScaffold.words.contains(type) else {
      throw UsageError("'\(type)' is a word of Swift or too long: give another type, such as MineSAM, with --type.")
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
    let folder = URL(fileURLWithPath: registry).deletingLastPathComponent().relativePath
    file =
      URL(fileURLWithPath: registry).deletingLastPathComponent().appendingPathComponent("\(type).swift")
      .relativePath
    guard !FileManager.default.fileExists(atPath: file) else {
      throw UsageError("\(file) is there already. Choose another name, or another --type.")
    }
    try MethodScaffold.check(type, in: MethodScaffold.sources(in: folder))
    self.text = text.replacing("TemplateMethod", with: type).replacing("template-method", with: name)
    guard let registryText = MethodScaffold.registering(type, in: try String(contentsOfFile: registry, encoding: .utf8))
    else {
      throw UsageError(
        "\(registry): found no list of methods to add \(type).self to. Write SAMBenchProgram(methods: []) there.")
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

  /// The compiled template, as it stands in its source file.
  static let template = String(decoding: PackageResources.TemplateMethod_swift_txt, as: UTF8.self)

  /// "calm-sam" is CalmSAM, "gsam" GSAM.
  static func typeName(of name: String) -> String {
    name.split(separator: "-").map { part in
      part.hasSuffix("sam") && part.count <= 5 || part == "sgd"
        ? part.uppercased() : part.prefix(1).uppercased() + part.dropFirst()
    }.joined()
  }

  /// The source of a catalogue or of a program, with the type in its list of methods; nil where there is no such list.
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
    // A list with a line for each entry, or several, ends in a comma; a list on one line does not.
    let indent = list[..<last].lastIndex(of: "\n").map { list[$0...].prefix { $0.isWhitespace } } ?? " "
    let addition = list[last] == "," ? "\(indent)\(type).self," : ", \(type).self"
    source.insert(contentsOf: addition, at: source.index(after: last))
    return source
  }

  /// Words of Swift that begin with a capital letter, and so could be taken for types.
  private static let words = ["Any", "Self", "Type", "Protocol"]

  /// Refuses a name that code speaks of already. Declared anew it would not compile there, or would hide what is meant:
  /// Vector, Batch, SAM, Sendable.
  private static func check(_ type: String, in sources: [(place: String, text: String)]) throws {
    let word = try Regex("\\b\(type)\\b")
    let used = sources.first { _, text in
      text.split(separator: "\n").contains { $0.replacing(/\/\/.*/, with: "").firstMatch(of: word) != nil }
    }
    guard let used else { return }
    throw UsageError(
      "'\(type)' means something else in \(used.place): give another type, such as \(type)Method, with --type.")
  }

  /// The files that the new one will be compiled with.
  private static func sources(in folder: String) -> [(place: String, text: String)] {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".swift") }.sorted().map { file in
      let path = "\(folder)/\(file)"
      return (path, (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    }
  }

  /// The file of the package that starts the program.
  private static func mainFile(of package: String) throws -> String {
    let sources = path(package, "Sources")
    let files = FileManager.default.enumerator(atPath: sources)?.compactMap { $0 as? String } ?? []
    let starts = files.filter { $0.hasSuffix(".swift") }.sorted().map { "\(sources)/\($0)" }.filter { file in
      (try? String(contentsOfFile: file, encoding: .utf8))?.contains("SAMBenchProgram(") == true
    }
    guard let main = starts.first else {
      throw UsageError(
        "\(package): neither SAMBench itself nor a package whose Sources start a SAMBenchProgram. "
          + "Run in the package's folder, or name it with --package.")
    }
    return main
  }

  private static func path(_ folder: String, _ file: String) -> String { folder == "." ? file : "\(folder)/\(file)" }
}
