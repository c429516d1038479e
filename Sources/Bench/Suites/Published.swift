import Configuration

/// The paper's numbers for one table.
public struct Published: Sendable {
  /// The number of runs behind each mean.
  public let n: Int
  /// The meaning of the number after the plus-minus sign.
  public let spread: String
  public let rows: [PublishedRow]
}

/// The size of the paper's runs.
public struct PaperRuns: Hashable, Sendable {
  public let iterations: Int
  public let epochs: Int?
  /// Training images.
  public let images: Int?
  public let source: Origin?
}

/// One row of a CSV file of printed numbers. Fields that the paper does not print are nil.
public struct PublishedRow: Hashable, Sendable {
  public enum Emphasis: String, Hashable, Sendable {
    case best, underlined
  }

  public var method: String
  public var model: String
  public var dataset: String
  public var alpha: Double?
  public var gamma: Double?
  /// Test accuracy in percent.
  public var accuracyMean: Double?
  public var accuracyDeviation: Double?
  public var samplingNumber: Int?
  /// Iterations of the paper's runs; nil if the suite does not name them.
  public var iterations: Int?
  /// AIS in images per second, on the paper's machine.
  public var imagesPerSecond: Double?
  /// AIS relative to SAM, percent, as printed.
  public var relativeSpeed: Double?
  /// The paper's footnote: the row is quoted from another paper.
  public var mark: Int?
  public var emphasis: Emphasis?
  /// Its line in the CSV file.
  public var place: Place

  /// The sampling number as a share of the iterations, and in percent.
  public var sampledShare: Double? { ratio(1) }
  public var sampledPercent: Double? { ratio(100) }

  private func ratio(_ unit: Double) -> Double? {
    guard let samplingNumber, let iterations else { return nil }
    return unit * Double(samplingNumber) / Double(iterations)
  }
}

/// Identifies the published row for a row of a suite.
public struct PublishedKey: Hashable, Sendable {
  public var method: String
  public var alpha: Double?
  public var gamma: Double?
  /// The paper's footnote.
  public var mark: Int?
}

extension Published {
  /// The matching printed row, or nil.
  public func row(_ key: PublishedKey, model: String, dataset: String) -> PublishedRow? {
    rows.first { key.matches($0) && $0.model == model && $0.dataset == dataset }
  }
}

/// A row of numbers reported by other papers: shown, never run, never bold.
public struct QuotedRow: Hashable, Sendable {
  public let label: String
  /// The source of the numbers.
  public let note: String
  public let published: PublishedKey
  /// Label of the preceding row; nil puts it last.
  public let after: String?
}
