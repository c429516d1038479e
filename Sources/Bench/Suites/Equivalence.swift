import Configuration

/// The largest difference to the paper's number that counts as equal.
public struct Margin: Hashable, Sendable {
  /// Percentage points for accuracies and for shares of the iterations; gradients per step for speeds, on the time
  /// scale with a step of SGD at 1 and one of SAM at 2.
  public let value: Double
  /// The reason for the value.
  public let source: Origin
  /// The deviation of printed numbers, if the publication gives none.
  public let printed: PrintedDeviation?

  public init(_ value: Double, from source: Origin, printed: PrintedDeviation? = nil) {
    (self.value, self.source, self.printed) = (value, source, printed)
  }
}

/// The standard deviation of a printed number, estimated from the publication's own numbers.
public struct PrintedDeviation: Hashable, Sendable {
  /// In the unit of the printed number: points of percent for accuracies, shares and relative speeds.
  public let deviation: Double
  /// The number of pairs of printed numbers behind the estimate.
  public let freedom: Int
  public let source: Origin
}

/// Two rows of a suite whose accuracies are tested; all other differences are only described.
public struct PrimaryComparison: Hashable, Sendable {
  /// Labels of method rows.
  public let method: String
  public let against: String
}

extension SuiteSource {
  /// `accuracy: {margin: 0.3, source: "assumed: why"}` for any of the columns.
  mutating func addEquivalence(_ document: Document) throws(SuiteError) {
    for member in try document.members(of: "'equivalence'", known: Column.allCases.map(\.rawValue)).members {
      guard let column = Column(rawValue: member.key) else { continue }
      let members = try member.value.members(
        of: "the margin of '\(member.key)'", known: ["margin", "source", "printed"])
      let margin = try members.required("margin")
      let value = try margin.number("margin")
      guard value > 0, value.isFinite else {
        throw .wrongValue(margin.place, key: "margin", allowed: "a number > 0", found: "\(value)")
      }
      // A margin in percent of SAM's speed, as in older suites, would accept everything.
      guard column != .imagesPerSecond || value < 1 else {
        throw .wrongValue(
          margin.place, key: "margin",
          allowed: "a number below 1: speeds are judged in gradients per step (SGD 1, SAM 2)", found: "\(value)")
      }
      let source = try members.required("source")
      guard let origin = try SuiteSource.origin(source) else { continue }
      let printed = try members["printed"].map { document throws(SuiteError) in
        try PrintedDeviation(document)
      }
      equivalence[column] = Margin(value, from: origin, printed: printed)
    }
  }

  /// `primary: [{method: vSAM, against: SAM}]`, by the labels of rows.
  func primary(_ document: Document?) throws(SuiteError) -> [PrimaryComparison] {
    guard let document else { return [] }
    let rows = methods + [hiddenBaseline].compactMap { $0 }
    return try document.items(of: "primary").map { item throws(SuiteError) in
      let members = try item.members(of: "a primary comparison", known: ["method", "against"])
      let comparison = PrimaryComparison(
        method: try rows.label(members.required("method"), "method"),
        against: try rows.label(members.required("against"), "against"))
      guard comparison.method != comparison.against else {
        throw .wrongValue(item.place, key: "against", allowed: "another row", found: "'\(comparison.against)' itself")
      }
      return comparison
    }
  }

  /// `comparable: [sampling_number, ais]`: the columns of a profile that may be compared with the paper's.
  static func comparable(_ document: Document?) throws(SuiteError) -> Set<Column>? {
    guard let document else { return nil }
    var columns: Set<Column> = []
    for item in try document.items(of: "comparable") {
      let name = try item.text("comparable")
      guard let column = Column(rawValue: name) else {
        throw .unknownName(item.place, kind: "column", name: name, known: Column.allCases.map(\.rawValue))
      }
      columns.insert(column)
    }
    return columns
  }
}

extension PrintedDeviation {
  /// `{deviation: 2.5, pairs: 18, source: "derived: how"}`.
  fileprivate init(_ document: Document) throws(SuiteError) {
    let members = try document.members(of: "'printed'", known: ["deviation", "pairs", "source"])
    let place = try members.required("deviation")
    deviation = try place.number("deviation")
    guard deviation > 0, deviation.isFinite else {
      throw .wrongValue(place.place, key: "deviation", allowed: "a number > 0", found: "\(deviation)")
    }
    freedom = try members.required("pairs").integer("pairs", in: 1...1000)
    let origin = try members.required("source")
    guard let source = try SuiteSource.origin(origin) else {
      throw .missingKey(document.place, key: "source", within: "'printed'")
    }
    self.source = source
  }
}
