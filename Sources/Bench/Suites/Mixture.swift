import Configuration

/// Schedules of the paper as mixtures of a suite's rows, each with one kind of step.
public struct Mixtures: Sendable {
  /// The paper's rows that a suite names for mixtures, with their files; those of the first file are the main ones.
  public let rows: [(file: String, row: PublishedRow)]
  /// In the suite's order.
  public let parts: [Mixture]
}

/// A method of the paper as a mixture of kinds of steps.
public struct Mixture: Hashable, Sendable {
  /// The share of iterations with the first kind.
  public enum Share: Hashable, Sendable {
    /// The printed sampling number over the iterations.
    case sampled
    case fixed(Double)
  }

  /// The method of the printed rows.
  public let published: String
  public let share: Share
  /// Labels of the rows.
  public let first: String
  public let rest: String?
  /// The source of a fixed share.
  public let source: Origin?
}

extension Mixtures {
  /// - Parameter iterations: of the paper's runs.
  init(
    _ document: Document, methods: [SuiteSource.Item], iterations: Int?, reading read: (String) throws -> String
  ) throws(SuiteError) {
    let members = try document.members(of: "'mixtures'", known: ["values", "rows"])
    var rows: [(file: String, row: PublishedRow)] = []
    for item in try members.required("values").items(of: "values") {
      let path = try item.text("values")
      let file = sibling(of: item.place.file, named: path)
      rows += try PublishedRow.rows(
        csv: try Suites.text(of: path, named: file, as: "values", at: item.place, reading: read), file: file,
        iterations: iterations
      ).map { (path, $0) }
    }
    let printed = rows.map { $0.row }
    parts = try members.required("rows").items(of: "rows").map { item throws(SuiteError) in
      try Mixture(item, methods: methods, printed: printed)
    }
    self.rows = rows
  }
}

extension Mixture {
  fileprivate init(
    _ document: Document, methods: [SuiteSource.Item], printed: [PublishedRow]
  ) throws(SuiteError) {
    let members = try document.members(of: "a mixture", known: ["published", "of", "rest", "share", "source"])
    let name = try members.required("published")
    let method = try name.text("published")
    guard printed.contains(where: { $0.method == method }) else {
      throw .matchesNothing(name.place, what: "no printed row has the method '\(method)'")
    }
    published = method
    first = try methods.label(members.required("of"), "of")
    rest = try members["rest"].map { document throws(SuiteError) in try methods.label(document, "rest") }
    if let document = members["share"] {
      if case .scalar(.text("sampled")) = document.content {
        share = .sampled
      } else {
        let value = try document.number("share")
        guard (0...1).contains(value) else {
          throw .wrongValue(
            document.place, key: "share", allowed: "'sampled' or a number from 0 to 1", found: "\(value)")
        }
        share = .fixed(value)
      }
    } else {
      share = .fixed(1)
    }
    guard rest != nil || share == .fixed(1) else { throw .missingKey(document.place, key: "rest", within: "a mixture") }
    source = try SuiteSource.origin(members["source"])
  }
}
