import Testing

@testable import Suites

@Suite("Errors in a suite name the line, the allowed values and the nearest name")
struct SuiteErrorTests {
  struct Mistake: CustomTestStringConvertible, Sendable {
    let yaml: String
    let message: String
    var testDescription: String { message }

    init(_ yaml: String, _ message: String) {
      self.yaml = yaml
      self.message = message
    }
  }

  static let mistakes = [
    Mistake(
      suiteText("titel: twice"),
      "suites/test.yaml:8: unknown key 'titel' in the suite. Did you mean 'title'? Known: title, table, protocol, "
        + "baseline, paper, equivalence, primary, mixtures, axes, defaults, rules, quoted, profiles, resources, report, probes."
    ),
    Mistake(
      suiteText("equivalence: {acuracy: {margin: 0.3, source: 'assumed: x'}}"),
      "suites/test.yaml:8: unknown key 'acuracy' in 'equivalence'. Did you mean 'accuracy'? Known: accuracy, "
        + "sampling_number, ais."),
    Mistake(
      suiteText("equivalence: {accuracy: {margin: 0, source: 'assumed: x'}}"),
      "suites/test.yaml:8: 'margin' must be a number > 0, not 0.0."),
    Mistake(
      suiteText("equivalence: {ais: {margin: 10, source: 'assumed: x'}}"),
      "suites/test.yaml:8: 'margin' must be a number below 1: speeds are judged in gradients per step (SGD 1, SAM 2), "
        + "not 10.0."),
    Mistake(
      suiteText(
        "equivalence: {ais: {margin: 0.1, source: 'assumed: x', printed: {deviation: 0, pairs: 3, source: paper 1}}}"),
      "suites/test.yaml:8: 'deviation' must be a number > 0, not 0.0."),
    Mistake(
      suiteText("primary: [{method: vSAM, against: SMA}]"),
      "suites/test.yaml:8: unknown method row 'SMA'. Did you mean 'SAM'? Known: SAM, vSAM."),
    Mistake(
      suiteText("primary: [{method: vSAM, against: vSAM}]"),
      "suites/test.yaml:8: 'against' must be another row, not 'vSAM' itself."),
    Mistake(
      suiteText("equivalence: {accuracy: {margin: 0.3}}"),
      "suites/test.yaml:8: the margin of 'accuracy' needs the key 'source'."),
    Mistake(
      suiteText("defaults: {epochs: 1}\ndefaults: {epochs: 2}"),
      "suites/test.yaml:8: 'defaults' is written twice in one mapping. Keep one of them."),
    Mistake(
      suiteText("defaults: {epoch: 2}"),
      "suites/test.yaml:8: the recipe has no setting named 'epoch'. Did you mean 'epochs'? Known: epochs, batch_size, "
        + "learning_rate, weight_decay, momentum, schedule, crop_padding, flip, cutout, cutout_probability, "
        + "evaluate_every."),
    Mistake(
      suiteText("defaults: {epochs: many}"),
      "suites/test.yaml:8: the recipe: 'epochs' must be an integer from 1 to 100000, not many."),
    Mistake(
      suiteText("defaults:\n  flip: yes"),
      "suites/test.yaml:9: the recipe: 'flip' must be true or false, not yes. 'yes' is text in a suite; write true or "
        + "false."),
    Mistake(
      suiteText("defaults:\n  epochs: 10:30"),
      "suites/test.yaml:9: the recipe: 'epochs' must be an integer from 1 to 100000, not 10:30. '10:30' is text in a "
        + "suite, not a time or a number."),
    Mistake(
      suiteText("defaults:\n  epochs:"),
      "suites/test.yaml:9: '' is not a value; leave the key out, or quote text."),
    Mistake(
      suiteText("defaults:\n  momentum: .nan"),
      "suites/test.yaml:9: '.nan' is not a value; leave the key out, or quote text."),
    Mistake(
      suiteText("defaults: &all {epochs: 2}"),
      "suites/test.yaml:8: anchors and aliases (&all) are not allowed; write the value out."),
    Mistake(
      suiteText("defaults: {epochs: {value: 2, source: somewhere}}"),
      "suites/test.yaml:8: 'source' must be text like 'paper 4.1', 'code owner/name path', 'derived: how' or "
        + "'assumed: why', not 'somewhere'."),
    Mistake(
      suiteText("rules:\n  - when: {method: sgd}\n    set: {method: {rho: 1}}"),
      "suites/test.yaml:9: unknown method 'sgd'. Known: sam, SAM, vsam, vSAM."),
    Mistake(
      suiteText("rules:\n  - when: {method: SAM, model: resnet}\n    set: {method: {rh: 0.1}}"),
      "suites/test.yaml:10: method sam has no setting named 'rh'. Did you mean 'rho'? Known: rho, period."),
    Mistake(
      suiteText("rules:\n  - when: {method: vSAM}\n    set: {method: {alpha: 0.7}}"),
      "suites/test.yaml:10: method vsam: 'alpha' must be a number >= 0.0 and <= 0.5, not 0.7."),
    Mistake(
      suiteText("rules:\n  - when: {method: vSAM}\n    set: {method: {slices: 7}}"),
      "suites/test.yaml:10: method vsam: 'slices' must divide the window."),
    Mistake(
      suiteText("rules:\n  - when: {seed: 1}\n    set: {recipe: {epochs: 1}}"),
      "suites/test.yaml:9: unknown key 'seed' in 'when'. Known: model, dataset, method."),
    Mistake(
      suiteText("rules:\n  - when: {method: sam}"), "suites/test.yaml:9: a rule needs the key 'set'."),
    Mistake(
      suiteText(methods: "[{name: vsma}]"),
      "suites/test.yaml:5: unknown method 'vsma'. Did you mean 'vsam'? Known: sgd, sam, vsam, looksam, esam, saf, mesa, ae-sam."
    ),
    Mistake(
      suiteText(methods: "[{name: sam, perod: 5}]"),
      "suites/test.yaml:5: method sam has no setting named 'perod'. Did you mean 'period'? Known: rho, period."),
    Mistake(
      suiteText(methods: "[{name: sam}, {name: sam, period: 5}]"),
      "suites/test.yaml:5: 'label' must be unique among the methods, not a second 'sam'."),
    Mistake(
      suiteText(methods: "[]"),
      "suites/test.yaml:5: 'methods' must be a list with at least one row, not an empty one."),
    Mistake(
      suiteText(methods: "sam"), "suites/test.yaml:5: 'methods' must be a list, not sam."),
    Mistake(
      suiteText("baseline: SMA"), "suites/test.yaml:8: unknown method row 'SMA'. Did you mean 'SAM'? Known: SAM, vSAM."),
    Mistake(
      suiteText("baseline: [SAM"),
      "suites/test.yaml:9: not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'."),
    Mistake(
      suiteText("paper: {values: none.csv, n: 3, spread: deviation}"),
      "suites/test.yaml:8: suites/none.csv cannot be read."),
    Mistake(
      suiteText("report: {columns: [accuracy, speed]}"),
      "suites/test.yaml:8: unknown column 'speed'. Known: accuracy, sampling_number, ais."),
    Mistake(
      suiteText().replacing("[1, 2]", with: "[]"),
      "suites/test.yaml:6: 'seeds' must be a list with at least one seed, not an empty one."),
    Mistake(
      suiteText().replacing("[1, 2]", with: "[1, 1]"),
      "suites/test.yaml:6: 'seeds' must be different numbers, not 1 twice."),
    Mistake(
      suiteText().replacing("[1, 2]", with: "[-1]"),
      "suites/test.yaml:6: 'seeds' must be an integer from 0 to 2147483647, not -1."),
    Mistake("", "suites/test.yaml:1: the file is empty."),
    Mistake("- a\n- b", "suites/test.yaml:1: 'the suite' must be a mapping, not a list."),
    Mistake("title: x", "suites/test.yaml:1: the suite needs the key 'axes'."),
  ]

  @Test("errors name the line, the allowed values and the fix", arguments: mistakes)
  func message(_ mistake: Mistake) throws {
    let found = SuitesTests.message { _ = try suite(mistake.yaml).grid(profile: "small", vocabulary: vocabulary) }
    #expect(found == mistake.message)
  }

  @Test("the error about an unknown profile lists the known ones")
  func unknownProfile() {
    #expect(
      SuitesTests.message { _ = try grid(profile: "smal") }
        == "suites/test.yaml: unknown profile 'smal'. Did you mean 'small'? Known: small.")
  }

  @Test("a suite may have at most a hundred thousand cells")
  func tooManyCells() throws {
    let seeds = (0...50_000).map(String.init).joined(separator: ", ")
    let text = suiteText().replacing("[1, 2]", with: "[\(seeds)]")
    #expect(
      SuitesTests.message { _ = try suite(text).grid(profile: "small", vocabulary: vocabulary) }
        == "suites/test.yaml:1: 100002 cells exceed the limit of 100000 per suite. Split the suite or use fewer "
        + "seeds.")
  }

  @Test("a row of printed numbers that no row of the suite matches is an error")
  func lostPublishedRow() {
    let csv =
      PublishedRow.header + "\nSAM,ResNet-18,CIFAR-10,,,96.62,0.04,78200,1780,100,,\nSMA,ResNet-18,CIFAR-10,,,1,,,,,,\n"
    #expect(
      SuitesTests.message {
        _ = try grid("paper: {values: t.csv, n: 3, spread: deviation}", files: ["t.csv": csv])
      } == "suites/t.csv:3: no row of suites/test.yaml matches SMA, ResNet-18, CIFAR-10.")
  }

  @Test("the error about a damaged field of printed numbers names line and column")
  func damagedPublishedRow() {
    let csv = PublishedRow.header + "\nSAM,ResNet-18,CIFAR-10,,,96;62,0.04,78200,1780,100,,\n"
    #expect(
      SuitesTests.message {
        _ = try grid("paper: {values: t.csv, n: 3, spread: deviation}", files: ["t.csv": csv])
      } == "suites/t.csv:2: 'accuracy_mean' must be a number from 0.0 to 100.0, or empty, not '96;62'.")
  }

  @Test(
    "the error about an impossible printed number names line, column and allowed values",
    arguments: [
      (3, "alpha", ["1e300", "-1e7"]), (4, "gamma", ["inf", "1e9"]),
      (5, "accuracy_mean", ["100.1", "-1", "1e308", "nan"]), (6, "accuracy_std", ["1e155", "-0.1", "-inf"]),
      (7, "sampling_number", ["-1", "9223372036854775807", "9223372036854775808", "1.5"]),
      (8, "ais", ["0", "-5", "1e10"]), (9, "ais_percent", ["0", "1e308"]), (10, "mark", ["-1", "9223372036854775807"]),
    ])
  func printedOutOfRange(_ column: Int, _ name: String, _ texts: [String]) {
    for text in texts {
      var fields = ["SAM", "ResNet-18", "CIFAR-10", "", "", "96.62", "0.04", "78200", "1780", "100", "", ""]
      fields[column] = text
      let csv = PublishedRow.header + "\n" + fields.joined(separator: ",") + "\n"
      let message =
        SuitesTests.message { _ = try grid("paper: {values: t.csv, n: 3, spread: deviation}", files: ["t.csv": csv]) }
        ?? "accepted"
      #expect(message.hasPrefix("suites/t.csv:2: '\(name)' must be a"), "\(text): \(message)")
      #expect(message.hasSuffix(", or empty, not '\(text)'."), "\(text): \(message)")
    }
  }
}
