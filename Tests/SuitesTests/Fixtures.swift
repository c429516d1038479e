import Configuration
import Foundation

@testable import Suites

/// Catalogues small enough to check by hand, with the names and keys that the paper's suites use.
let vocabulary = Vocabulary(
  datasets: ["cifar10", "cifar100"].map {
    .init(
      name: $0, revision: 1,
      settings: [
        integer("training", 0), integer("test", 0),
        Setting("source", default: "auto", of: ["auto", "generated"], "", from: .assumed("")),
        Setting("label_noise", default: 0.0, in: 0...1, "", from: .assumed("")).addedLater,
        Setting("validation", default: 0, in: 0...1000, "", from: .assumed("")).addedLater,
      ])
  },
  models: [
    .init(name: "resnet", revision: 1, settings: [integer("depth", 18), integer("width", 64)]),
    .init(name: "wide-resnet", revision: 1, settings: [integer("depth", 28), integer("widen", 10)]),
    .init(name: "pyramidnet", revision: 1, settings: [integer("depth", 110), integer("alpha", 270)]),
    .init(name: "mobilenet", revision: 1, settings: [integer("width", 32)]),
    .init(name: "mobilenet-v2", revision: 1, settings: [integer("width", 32)]),
  ],
  methods: [
    .init(name: "sgd", revision: 1, settings: []),
    .init(name: "sam", revision: 1, settings: [number("rho", 0.05), integer("period", 1)]),
    .init(
      name: "vsam", revision: 1,
      settings: [
        number("rho", 0.05), number("alpha", 0.1, 0...0.5), number("gamma", 0.9, 0...1), integer("window", 50),
        integer("slices", 5), integer("start", 1000),
        Setting("reuse", default: true, "", from: .paper("3.2")),
      ],
      check: { settings throws(SettingsError) in
        guard settings[integer("window", 50)] % settings[integer("slices", 5)] == 0 else {
          throw .inconsistent(key: "slices", owner: "method vsam", reason: "must divide the window")
        }
      }),
    .init(
      name: "looksam", revision: 1, settings: [number("rho", 0.05), integer("period", 5), number("alpha", 0.7, 0...2)]),
    .init(name: "esam", revision: 1, settings: [number("rho", 0.05), number("beta", 0.6), number("gamma", 0.5)]),
    .init(name: "saf", revision: 1, settings: [integer("lag", 3), integer("start", 5)]),
    .init(name: "mesa", revision: 1, settings: [number("decay", 0.9998), integer("start", 5)]),
    .init(name: "ae-sam", revision: 1, settings: [number("rho", 0.05), number("delta", 0.9)]),
  ],
  quantizations: [
    .init(
      name: "lsq", revision: 1, settings: [integer("weights", 4), integer("activations", 4), integer("first_last", 8)])
  ],
  recipe: [
    integer("epochs", 200, 1...100_000), integer("batch_size", 128), number("learning_rate", 0.05),
    number("weight_decay", 0.001), number("momentum", 0.9),
    Setting("schedule", default: "cosine", of: ["cosine", "constant"], "", from: .paper("4.1")),
    integer("crop_padding", 4), Setting("flip", default: true, "", from: .assumed("why")),
    integer("cutout", 16), number("cutout_probability", 0.5), integer("evaluate_every", 1),
  ])

private func integer(_ name: String, _ standard: Int, _ range: ClosedRange<Int> = 0...1_000_000) -> Setting<Int> {
  Setting(name, default: standard, in: range, "", from: .paper("4.1"))
}

private func number(_ name: String, _ standard: Double, _ range: ClosedRange<Double> = 0...1000) -> Setting<Double> {
  Setting(name, default: standard, in: range, "", from: .paper("4.1"))
}

/// A suite of eight lines with room for more.
func suiteText(_ extra: String = "", methods: String = "[{name: sam, label: SAM}, {name: vsam, label: vSAM}]") -> String
{
  """
  title: A test
  axes:
    datasets: [{name: cifar10, label: CIFAR-10}]
    models: [{name: resnet, label: ResNet-18}]
    methods: \(methods)
    seeds: [1, 2]
  profiles: {small: {rules: [{set: {recipe: {epochs: 2}}}]}}

  """ + extra
}

func grid(
  _ extra: String = "", methods: String? = nil, profile: String = "small", overrides: [String] = [],
  files: [String: String] = [:]
) throws(SuiteError) -> Grid {
  let yaml = methods.map { suiteText(extra, methods: $0) } ?? suiteText(extra)
  var parsed: [Override] = []
  for text in overrides { parsed.append(try Override(text)) }
  return try suite(yaml, files: files).grid(profile: profile, vocabulary: vocabulary, overrides: parsed)
}

func suite(_ yaml: String, files: [String: String] = [:]) throws(SuiteError) -> Suite {
  try Suite(yaml: yaml, file: "suites/test.yaml") { path in
    guard let text = files[path] else { throw CocoaError(.fileNoSuchFile) }
    return text
  }
}

/// The error message for users; nil without an error.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}

/// A suite of the project by file name.
func paperSuite(_ name: String) throws(SuiteError) -> Suite {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  return try Suite(contentsOf: root.appendingPathComponent("suites/\(name).yaml").path)
}
