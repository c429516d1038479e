import TestSupport
import Testing

@testable import Suites

@Suite("Texts of a suite reach tables, figures, scripts and paths only as text") struct HostileTests {
  /// A suite with a text in every place that accepts one, one line each.
  private static let places = [
    "title: TEXT", "baseline: TEXT",
    "axes: {datasets: [{name: cifar10, label: TEXT}], models: [{name: resnet}], methods: [{name: sam}], seeds: [1]}",
    "axes: {datasets: [{name: TEXT}], models: [{name: resnet}], methods: [{name: sam}], seeds: [1]}",
    "axes: {datasets: [{name: cifar10}], models: [{name: resnet, label: TEXT}], methods: [{name: sam}], seeds: [1]}",
    "axes: {datasets: [{name: cifar10}], models: [{name: resnet}], methods: [{name: sam, label: TEXT}], seeds: [1]}",
    "axes: {datasets: [{name: cifar10}], models: [{name: resnet}], methods: [{name: sam, head: TEXT}], seeds: [1]}",
    "axes: {datasets: [{name: cifar10}], models: [{name: resnet}], methods: [{name: sam, starts_from: TEXT}], seeds: [1]}",
    "profiles: {small: {banner: TEXT}}", "profiles: {small: {data: TEXT}}", "profiles: {TEXT: {}}",
    "report: {head: TEXT}",
    "report: {columns: [TEXT]}", "rules: [{when: {method: TEXT}, set: {recipe: {epochs: 2}}}]",
    "rules: [{set: {recipe: {epochs: 2}}, source: TEXT}]", "protocol: TEXT", "paper: {values: TEXT, n: 1, spread: x}",
    "quoted: [{label: TEXT, note: x, published: {method: x}}]",
    "quoted: [{label: x, note: TEXT, published: {method: x}}]",
    "quoted: [{label: x, note: x, published: {method: TEXT}}]", "resources: [{set: {memory: TEXT}}]",
    "equivalence: {accuracy: {margin: 1, source: TEXT}}",
  ]

  private func yaml(_ place: String, _ text: String) -> String {
    // Characters that the file cannot contain are written by number.
    let escaped = text.unicodeScalars.map { scalar -> String in
      let digits = String(scalar.value, radix: 16)
      let isPlain = scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "\"" && scalar != "\\"
      return isPlain ? String(scalar) : "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
    let line = place.replacing("TEXT", with: "\"\(escaped.joined())\"")
    let key = line.prefix { $0 != ":" }
    // The text replaces the line of its key or is a new line.
    let lines = """
      title: A test
      axes: {datasets: [{name: cifar10}], models: [{name: resnet}], methods: [{name: sam}], seeds: [1]}
      profiles: {small: {}}
      """.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }
    return (lines.map(String.init) + [line]).joined(separator: "\n")
  }

  @Test("control characters are rejected with file and line", arguments: places)
  func refused(_ place: String) {
    for text in HostileTexts.multiline {
      let yaml = yaml(place, text)
      let line = yaml.split(separator: "\n", omittingEmptySubsequences: false).count
      let message = message { _ = try suite(yaml).grid(profile: "small", vocabulary: vocabulary) }
      #expect(
        message?.hasPrefix("suites/test.yaml:\(line): ") == true, "\(text.debugDescription): \(message ?? "accepted")")
    }
  }

  @Test("any other text is accepted or gives an error with its place", arguments: places)
  func accepted(_ place: String) {
    for text in HostileTexts.lines {
      let message = message { _ = try suite(yaml(place, text)).grid(profile: "small", vocabulary: vocabulary) }
      #expect(message?.hasPrefix("suites/test.yaml:") ?? true, "\(text.debugDescription): \(message ?? "")")
    }
  }

  @Test("a banner over several lines is folded") func folded() throws {
    let suite = try grid("report:\n  head: >-\n    one\n    two").suite
    #expect(suite.layout.head == "one two")
  }

  @Test(
    "a suite reads only files of its own folder",
    arguments: ["/etc/passwd", "../x.yaml", "a/../../x.yaml", "..", "", "/"])
  func outside(_ path: String) {
    for place in ["protocol: TEXT", "paper: {values: TEXT, n: 1, spread: x}"] {
      let message = message {
        _ = try Suite(yaml: yaml(place, path), file: "suites/test.yaml") { path in
          Issue.record("\(path) was read")
          return ""
        }
      }
      #expect(message?.contains("must be a path below the suite's own folder") == true, "\(message ?? "accepted")")
    }
  }

  @Test(
    "a suite's file name must be usable in a report",
    arguments: HostileTexts.multiline + ["verdicts", "Claims", ".x", "-x"])
  func fileName(_ name: String) {
    #expect(throws: SuiteError.self) {
      try Suite(yaml: suiteText(), file: "suites/\(name.replacing("/", with: ":")).yaml")
    }
  }

  @Test(
    "a factor that leaves every range is told with its line, and never taken", arguments: [1e300, -1e300, 1e18, 1e-300])
  func factor(_ factor: Double) {
    for target in ["recipe: {epochs: \(factor)}", "model: {width: \(factor)}", "method: {rho: \(factor)}"] {
      let message = message { _ = try grid("rules: [{scale: {\(target)}}]") }
      #expect(message?.hasPrefix("suites/test.yaml:8: ") ?? (factor < 1), "\(target): \(message ?? "accepted")")
    }
  }
}
