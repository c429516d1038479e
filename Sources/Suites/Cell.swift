import Configuration
import Crypto
import Foundation

/// A dataset, a model or a method as one cell uses it: a catalogue name, its resolved settings, and what tables call it.
public struct Component: Sendable {
  /// The key in the catalogue: `wide-resnet`.
  public let name: String
  /// What tables call it: `WideResNet-28-10`. Outside identity.
  public let label: String
  public let settings: Settings
  /// Raised by its author whenever its results change.
  public let revision: Int
  /// What the profile changed: key and the value it would have had. Empty when the paper's own is run. Outside identity.
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

  /// What is really run in place of `label`, such as "resnet width 16 (not 64)"; nil when nothing was replaced.
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

/// One run, complete: whatever can change a number is inside its identity; labels, threads and layout are not.
///
/// Cells of different tables that would compute the same numbers are equal.
public struct Cell: Sendable {
  public let dataset: Component
  public let model: Component
  public let method: Component
  /// How the model is quantised, nil for a model in floating point.
  public let quantization: Component?
  public let recipe: Settings
  public let seed: UInt64
  /// Where each value came from, by dotted key: `method.alpha`, `recipe.epochs`. Outside identity.
  public let sources: [String: Origin]
  /// None or one.
  private let starts: [Cell]

  /// The cell whose final weights this one starts from; nil draws them.
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
  /// - Parameter fingerprint: SHA-256 of the loaded data set, lowercase hexadecimal. Without one, the text identifies the
  ///   cell among cells on the same data.
  public func canonicalJSON(fingerprint: String? = nil) -> String {
    // Put together from its parts' own texts, in the order of canonical JSON: plans of thousands of cells ask for it often.
    let name = Value.text(dataset.name).canonicalJSON
    // The fingerprint covers the images as used, so it stands in for the settings that chose them. What changes them, such
    // as label noise, is said beside it: a result is looked for under every fingerprint that has results, and must not be
    // found under that of noisy labels by a cell that asks for clean ones.
    let data =
      fingerprint.map { fingerprint in
        Value.object(
          dataset.settings.departures.merging(["name": .text(dataset.name), "fingerprint": .text(fingerprint)]) { $1 }
        ).canonicalJSON
      } ?? "{\"name\":\(name),\"settings\":\(dataset.settings.json)}"
    var text = "{\"dataset\":\(data),\"format\":1,\"method\":\(method.identity),\"model\":\(model.identity)"
    // Only where there is one: cells in floating point keep the identity they always had.
    if let quantization { text += ",\"quantization\":\(quantization.identity)" }
    text += ",\"recipe\":\(recipe.json),\"seed\":\(seed)"
    if let start { text += ",\"start\":\(start.canonicalJSON(fingerprint: fingerprint))" }
    return text + "}"
  }

  /// The cell's name in the store: a readable slug and twelve hexadecimal digits of SHA-256 over `canonicalJSON`.
  public func id(fingerprint: String) -> String {
    let digest = SHA256.hash(data: Data(canonicalJSON(fingerprint: fingerprint).utf8))
    let hex = digest.prefix(6).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let scheme = quantization.map { "-\($0.name)" } ?? ""
    return "\(dataset.name)-\(model.name)-\(method.name)\(scheme)-s\(seed)-\(hex)"
  }

  /// For people: "ResNet-18, CIFAR-10, vSAM, seed 1".
  public var title: String { "\(model.label), \(dataset.label), \(method.label), seed \(seed)" }
}

extension Cell: Hashable {
  public static func == (a: Cell, b: Cell) -> Bool {
    // What differs most often is asked first.
    a.seed == b.seed && a.canonicalJSON() == b.canonicalJSON()
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(seed)
    hasher.combine(method.identity)
    hasher.combine(model.name)
  }
}

extension Value {
  /// Six significant digits are enough for a reader: 0.3375, not 0.33749999999999997.
  fileprivate var short: String {
    if case .number(let number) = self { String(format: "%.6g", number) } else { description }
  }
}
