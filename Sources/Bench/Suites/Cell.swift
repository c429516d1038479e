import Configuration
import Crypto
import Foundation

/// A data set, model or method of one cell: a catalogue name, resolved settings, and its label in tables.
public struct Component: Sendable {
  /// The key in the catalogue: `wide-resnet`.
  public let name: String
  /// The label in tables: `WideResNet-28-10`. Not part of the identity.
  public let label: String
  public let settings: Settings
  /// Raised by the author whenever results change.
  public let revision: Int
  /// Settings that the profile changed, with their original values. Empty if nothing was changed. Not part of the
  /// identity.
  public let replaced: [String: Value]

  public init(
    name: String, label: String, settings: Settings, revision: Int, replaced: [String: Value] = [:]
  ) {
    self.name = name
    self.label = label
    self.settings = settings
    self.revision = revision
    self.replaced = replaced
    identity =
      "{\"name\":\(Value.text(name).canonicalJSON),\"revision\":\(revision),\"settings\":\(settings.json)}"
  }

  /// The component that is actually run, such as "resnet width 16 (not 64)"; nil if nothing was replaced.
  public var standIn: String? {
    guard !replaced.isEmpty else { return nil }
    let changes = replaced.sorted { $0.key < $1.key }.map { key, value in
      "\(key) \(settings.values[key]?.short ?? "-") (not \(value.short))"
    }
    return name + " " + changes.joined(separator: ", ")
  }

  /// As canonical JSON: `{"name":...,"revision":...,"settings":...}`.
  let identity: String
}

/// The complete description of one run. Its identity includes everything that can change a number, but not labels,
/// threads and layout.
///
/// Cells of different tables that compute the same numbers are equal.
public struct Cell: Sendable {
  public let dataset: Component
  public let model: Component
  public let method: Component
  /// The quantization of the model; nil for floating point.
  public let quantization: Component?
  public let recipe: Settings
  public let seed: UInt64
  /// The origin of each value by dotted key: `method.alpha`, `recipe.epochs`. Not part of the identity.
  public let sources: [String: Origin]
  /// None or one.
  private let starts: [Cell]

  /// The cell whose final weights this one starts from; nil for random initial weights.
  public var start: Cell? { starts.first }

  public init(
    dataset: Component, model: Component, method: Component, quantization: Component? = nil, recipe: Settings,
    seed: UInt64, start: Cell? = nil, sources: [String: Origin] = [:]
  ) {
    self.dataset = dataset
    self.model = model
    self.method = method
    self.quantization = quantization
    self.recipe = recipe
    self.seed = seed
    starts = start.map { [$0] } ?? []
    self.sources = sources
  }

  /// Everything that can change a number, as canonical JSON: equal runs give equal text.
  ///
  /// - Parameter fingerprint: SHA-256 of the loaded data set, lowercase hexadecimal. Without one, the text identifies
  ///   the cell among cells on the same data.
  public func canonicalJSON(fingerprint: String? = nil) -> String {
    // Concatenated from the texts of its parts, in the order of canonical JSON, for speed in plans of thousands of
    // cells.
    let name = Value.text(dataset.name).canonicalJSON
    // The fingerprint covers the images as used and replaces the settings that selected them. Settings that change the
    // data, such as label noise, are added: results are looked up under every known fingerprint, and a cell with clean
    // labels must not find those of noisy labels.
    let data =
      fingerprint.map { fingerprint in
        Value.object(
          dataset.settings.departures.merging(["name": .text(dataset.name), "fingerprint": .text(fingerprint)]) { $1 }
        ).canonicalJSON
      } ?? "{\"name\":\(name),\"settings\":\(dataset.settings.json)}"
    var text = "{\"dataset\":\(data),\"format\":1,\"method\":\(method.identity),\"model\":\(model.identity)"
    // Only if present, so that cells in floating point keep their identity.
    if let quantization { text += ",\"quantization\":\(quantization.identity)" }
    text += ",\"recipe\":\(recipe.json),\"seed\":\(seed)"
    if let start { text += ",\"start\":\(start.canonicalJSON(fingerprint: fingerprint))" }
    return text + "}"
  }

  /// The cell's name in the store: a readable slug and twelve hexadecimal digits of SHA-256 over `canonicalJSON`.
  public func id(fingerprint: String) -> String {
    let digest = SHA256.hash(data: Data(canonicalJSON(fingerprint: fingerprint).utf8))
    let hex = hexadecimal(digest.prefix(6))
    let scheme = quantization.map { "-\($0.name)" } ?? ""
    return "\(dataset.name)-\(model.name)-\(method.name)\(scheme)-s\(seed)-\(hex)"
  }

  /// For display: "ResNet-18, CIFAR-10, vSAM, seed 1".
  public var title: String { "\(model.label), \(dataset.label), \(method.label), seed \(seed)" }
}

extension Cell: Hashable {
  public static func == (a: Cell, b: Cell) -> Bool {
    // The seed differs most often.
    a.seed == b.seed && a.canonicalJSON() == b.canonicalJSON()
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(seed)
    hasher.combine(method.identity)
    hasher.combine(model.name)
  }
}

extension Value {
  /// Rounded to six significant digits: 0.3375, not 0.33749999999999997.
  package var short: String {
    if case .number(let number) = self { String(format: "%.6g", number) } else { description }
  }
}
