import Configuration
import Foundation

/// One table, of the paper or of a user: the methods to compare, the recipe and the sizes.
///
/// A suite has names and values and computes nothing; `docs/suites.md` describes the file.
public struct Suite: Sendable {
  /// The file's name without extension: `table3`.
  public let name: String
  /// The file's path as the user wrote it, for messages.
  public let file: String
  public let title: String
  /// The table's number in the paper; nil for user suites.
  public let table: Int?
  /// Label of the method row that speeds are relative to.
  public let baseline: String?
  public let published: Published?
  /// From `paper` here or in the protocol.
  public let paperRuns: PaperRuns?
  public let quoted: [QuotedRow]
  public let layout: Layout
  /// Margins within which a number counts as equal to the paper's.
  public let equivalence: [Column: Margin]
  /// Comparisons of accuracy named before any run; only these have p-values, corrected over these alone.
  public let primary: [PrimaryComparison]
  /// The paper's schedules as mixtures of rows; nil if rows are whole methods.
  public let mixtures: Mixtures?
  /// When its runs are probed; nil for never.
  public let probes: ProbeSchedule?
  let source: SuiteSource

  /// The names of its profiles, in file order.
  public var profiles: [String] { source.profiles.map(\.profile.name) }

  /// Reads a suite.
  ///
  /// - Parameters:
  ///   - yaml: the text of the suite.
  ///   - file: its path for messages.
  ///   - overlays: merged over the text in order.
  ///   - read: reads a file that the suite names, by its path relative to the suite's folder.
  public init(
    yaml: String, file: String, overlays: [Overlay] = [],
    reading read: (String) throws -> String = { _ in throw CocoaError(.fileNoSuchFile) }
  ) throws(SuiteError) {
    let document = overlays.reduce(try Document(yaml: yaml, file: file)) { $0.overlaid(by: $1.document) }
    let members = try document.members(
      of: "the suite",
      known: [
        "title", "table", "protocol", "baseline", "paper", "equivalence", "primary", "mixtures", "axes", "defaults",
        "rules", "quoted", "profiles", "resources", "report", "probes",
      ])
    self.file = file
    name = try Suite.name(of: file)
    title = try members.required("title").text("title")
    table = try members["table"]?.integer("table", in: 1...1000)

    var source = SuiteSource(place: document.place)
    if let path = members["protocol"] {
      try source.addProtocol(try path.text("protocol"), at: path.place, reading: read)
    }
    source.recipe += try members["defaults"].map(SuiteSource.defaults(_:)) ?? []
    let axes = try members.required("axes").members(of: "axes", known: ["datasets", "models", "methods", "seeds"])
    source.datasets = try SuiteSource.items(axes.required("datasets"), axis: .dataset)
    source.models = try SuiteSource.items(axes.required("models"), axis: .model)
    source.methods = try SuiteSource.items(axes.required("methods"), axis: .method)
    source.seeds = try SuiteSource.seeds(axes.required("seeds"))
    source.areSeedsLaidOver = overlays.contains { $0.document.value(at: ["axes", "seeds"]) != nil }
    if let rules = members["rules"] { source.rules = try SuiteSource.rules(rules, isShared: false) }
    if let profiles = members["profiles"] { try source.addProfiles(profiles, isShared: false) }
    for index in source.profiles.indices {
      let path = ["profiles", source.profiles[index].profile.name, "seeds"]
      source.profiles[index].areSeedsLaidOver = overlays.contains { $0.document.value(at: path) != nil }
    }
    if let resources = members["resources"] {
      source.resources += try ResourceRule.rules(resources, isShared: false)
    }
    guard !source.profiles.isEmpty else { throw .missingKey(document.place, key: "profiles", within: "the suite") }
    baseline = try members["baseline"].map { document throws(SuiteError) in try source.readBaseline(document) }
    if let margins = members["equivalence"] { try source.addEquivalence(margins) }
    equivalence = source.equivalence
    primary = try source.primary(members["primary"])
    let paper = try members["paper"].map { document throws(SuiteError) in try Published.members(document) }
    let runs = try paper.flatMap { members throws(SuiteError) in try PaperRuns(members) } ?? source.paperRuns
    let methods = source.methods
    mixtures = try members["mixtures"].map { document throws(SuiteError) in
      try Mixtures(document, methods: methods, iterations: runs?.iterations, reading: read)
    }
    self.source = source

    layout = try Layout(members["report"])
    probes = try members["probes"].map { document throws(SuiteError) in try ProbeSchedule(document) }
    quoted = try QuotedRow.rows(members["quoted"], methods: source.methods)
    published = try paper.map { members throws(SuiteError) in
      try Published(members, iterations: runs?.iterations, reading: read)
    }
    paperRuns = runs
    try checkPublished()
  }

  /// Names of the report's own files, which suites cannot use.
  package static let reservedNames = [
    "report", "numbers", "inconsistencies", "verdicts", "claims", "cells", "mixtures", "figures",
  ]

  private static func name(of file: String) throws(SuiteError) -> String {
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let place = Place(file: file)
    guard FileName.isAllowed(name) else {
      throw .wrongValue(place, key: "the suite's file name", allowed: FileName.allowed, found: "'\(name)'")
    }
    guard !reservedNames.contains(where: { FileName.isSame($0, name) }) else {
      throw .wrongValue(
        place, key: "the suite's file name", allowed: "other than \(reservedNames.joined(separator: ", "))",
        found: "'\(name)', which reports use")
    }
    return name
  }

  /// Reads the suite file at a path and the files that it names, relative to its folder.
  public init(contentsOf path: String, overlays: [Overlay] = []) throws(SuiteError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try self.init(yaml: try suiteText(at: path), file: path, overlays: overlays) {
      try suiteText(at: folder.appendingPathComponent($0).relativePath)
    }
  }
}

/// The largest size of a suite file in bytes.
private let longestSuite = 16 << 20

/// The text of a file of a suite. Pipes and devices, which might never end, are rejected.
package func suiteText(at path: String) throws(SuiteError) -> String {
  var status = stat()
  guard stat(path, &status) == 0 else {
    throw .unreadable(file: path, reason: errno == ENOENT ? "no such file" : String(cString: strerror(errno)))
  }
  guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(file: path, reason: "not a regular file") }
  guard status.st_size <= longestSuite else {
    throw .unreadable(file: path, reason: "larger than \(longestSuite >> 20) MiB, the limit for suites")
  }
  do {
    return try String(contentsOfFile: path, encoding: .utf8)
  } catch {
    throw .unreadable(file: path, reason: "not a readable UTF-8 text file")
  }
}

extension SuiteSource {
  /// The label of a row, or a separate method that the table does not show: `{name: sam, label: SAM}`.
  fileprivate mutating func readBaseline(_ document: Document) throws(SuiteError) -> String {
    if case .mapping = document.content {
      let item = try SuiteSource.item(document, axis: .method)
      hiddenBaseline = item
      return item.label
    }
    return try methods.label(document, "baseline")
  }

  /// Reads the shared protocol: the size of the paper's runs, margins, recipe defaults, rules, profiles and resources.
  fileprivate mutating func addProtocol(
    _ path: String, at place: Place, reading read: (String) throws -> String
  ) throws(SuiteError) {
    let file = sibling(of: place.file, named: path)
    let document = try Document(
      yaml: try text(of: path, named: file, as: "protocol", at: place, reading: read), file: file)
    let members = try document.members(
      of: "the protocol", known: ["paper", "equivalence", "defaults", "rules", "profiles", "resources"])
    if let paper = members["paper"] { paperRuns = try PaperRuns(paper.members(of: "'paper'", known: PaperRuns.keys)) }
    if let margins = members["equivalence"] { try addEquivalence(margins) }
    if let defaults = members["defaults"] { recipe += try SuiteSource.defaults(defaults) }
    if let rules = members["rules"] { protocolRules = try SuiteSource.rules(rules, isShared: true) }
    if let profiles = members["profiles"] { try addProfiles(profiles, isShared: true) }
    if let rules = members["resources"] { resources = try ResourceRule.rules(rules, isShared: true) }
  }
}

/// A path relative to another file's folder, for messages.
package func sibling(of file: String, named path: String) -> String {
  guard let slash = file.lastIndex(of: "/") else { return path }
  return file[...slash] + path
}

/// The text of a file that a suite names; errors give the line that names it.
///
/// Suites may be untrusted: they can name only files of their own folder, and errors quote no others.
func text(
  of path: String, named file: String, as key: String, at place: Place, reading read: (String) throws -> String
) throws(SuiteError) -> String {
  guard !path.isEmpty, !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
    throw .wrongValue(
      place, key: key,
      allowed: "a path below the suite's own folder, such as paper/protocol.yaml (a symbolic link is allowed)",
      found: "'\(path)'")
  }
  do {
    return try read(path)
  } catch let error as SuiteError {
    if case .unreadable(_, let reason) = error {
      throw .matchesNothing(place, what: "\(file) cannot be read: \(reason)")
    }
    throw error
  } catch {
    throw .matchesNothing(place, what: "\(file) cannot be read")
  }
}

extension ProbeSchedule {
  /// `{every: 5, images: 256, rho: 0.05}`.
  fileprivate init(_ document: Document) throws(SuiteError) {
    let members = try document.members(of: "'probes'", known: ["every", "images", "rho"])
    let radius = try members["rho"].map { document throws(SuiteError) in
      let radius = try document.number("rho")
      guard radius > 0, radius <= 10 else {
        throw .wrongValue(document.place, key: "rho", allowed: "a number above 0 and at most 10", found: "\(radius)")
      }
      return radius
    }
    self.init(
      every: try members.required("every").integer("every", in: 1...100_000),
      images: try members["images"]?.integer("images", in: 2...1_000_000) ?? 256, radius: radius)
  }
}

extension Layout {
  init(_ document: Document?) throws(SuiteError) {
    var (head, columns) = ("method", Column.allCases)
    if let members = try document?.members(of: "'report'", known: ["head", "columns"]) {
      head = try members["head"]?.text("head") ?? head
      if let list = members["columns"] {
        columns = []
        for (name, place) in try list.names("columns") {
          guard let column = Column(rawValue: name) else {
            throw .unknownName(place, kind: "column", name: name, known: Column.allCases.map(\.rawValue))
          }
          columns.append(column)
        }
      }
    }
    (self.head, self.columns) = (head, columns)
  }
}
