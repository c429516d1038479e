import Configuration
import Testing

@testable import Suites

@Suite("A cell's settings: from general to specific, later layers win")
struct ResolutionTests {
  let shared = """
    defaults: {epochs: {value: 100, source: paper 4.1}, momentum: 0.9}
    rules:
      - {when: {method: sam}, set: {method: {rho: 0.1}}, source: code a/b c}
      - {when: {method: looksam}, set: {method: {alpha: 0.3}}}
    profiles: {small: {banner: tiny, rules: [{set: {recipe: {batch_size: 32}}}]}}
    """

  private func cell(_ extra: String = "", methods: String? = nil, overrides: [String] = []) throws -> Cell {
    try grid("protocol: shared.yaml\n" + extra, methods: methods, overrides: overrides, files: ["shared.yaml": shared])
      .cells[0]
  }

  @Test("the protocol overrides declared defaults, rows the protocol, rules the rows, profiles the rules")
  func layers() throws {
    #expect(try cell().method.settings.values["rho"] == 0.1)
    let row = "[{name: sam, rho: 0.2}]"
    #expect(try cell(methods: row).method.settings.values["rho"] == 0.2)
    let rules = "rules: [{when: {method: sam}, set: {method: {rho: 0.3}}}, {set: {method: {rho: 0.4}}}]\n"
    #expect(try cell(rules, methods: row).method.settings.values["rho"] == 0.4)
    #expect(try cell(methods: row, overrides: ["method.rho=0.5"]).method.settings.values["rho"] == 0.5)
  }

  @Test("a suite's profile keeps the values of the shared one and adds its own")
  func profiles() throws {
    let cell = try cell()
    #expect(cell.recipe.values["batch_size"] == 32)
    #expect(cell.recipe.values["epochs"] == 2)
    #expect(try grid("protocol: s.yaml", files: ["s.yaml": shared]).profile.banner == "tiny")
  }

  @Test("scale multiplies the value of the layers below")
  func scale() throws {
    let profile = "rules: [{when: {method: vsam}, scale: {method: {alpha: 3, window: 2}}}]"
    let settings = try grid(profile).entry(method: "vSAM", model: "ResNet-18", dataset: "CIFAR-10")!.cells[0].method
      .settings
    #expect(settings.values["alpha"] == .number(0.1 * 3))
    #expect(settings.values["window"] == 100)
  }

  @Test("scaled integers are rounded, halves away from zero")
  func scaledInteger() throws {
    func epochs(_ factor: String) throws -> Int {
      let profile = "defaults: {epochs: 5}\nprofiles: {tiny: {rules: [{scale: {recipe: {epochs: \(factor)}}}]}}"
      let text = suiteText(profile).replacing("profiles: {small: {rules: [{set: {recipe: {epochs: 2}}}]}}\n", with: "")
      return try suite(text).grid(profile: "tiny", vocabulary: vocabulary).entries[0].cells[0].recipe[Recipe.epochs]
    }
    #expect(try epochs("0.5") == 3 && epochs("0.28") == 1 && epochs("0.34") == 2)
  }

  @Test("1e-3 is a number, true a flag and a quoted number text")
  func scalars() {
    #expect(Value(plain: "1e-3") == .number(0.001))
    #expect(Value(plain: "-.5") == .number(-0.5))
    #expect(Value(plain: "12") == .integer(12))
    #expect(Value(plain: "true") == .flag(true))
    #expect(Value(plain: "yes") == .text("yes"))
    #expect(Value(plain: "10:30") == .text("10:30"))
    #expect(Value(plain: "0x10") == .text("0x10"))
    #expect(Value(plain: "") == nil)
    #expect(Value(plain: "-.inf") == nil)
  }

  @Test("every value has its origin")
  func sources() throws {
    let sources = try cell().sources
    #expect(sources["method.rho"] == .code("a/b c"))
    #expect(sources["recipe.epochs"] == .derived("profile small"))
    #expect(sources["recipe.flip"] == .assumed("why"))
    #expect(sources["recipe.momentum"] == .paper("4.1"))
    #expect(try cell(overrides: ["epochs=7"]).sources["recipe.epochs"] == .derived("--set"))
  }

  @Test("changes by a profile are visible as a stand-in, a suite's own settings are not")
  func standIn() throws {
    let profile = "rules: [{when: {model: resnet}, set: {model: {width: 32}}}]\n"
    #expect(try cell(profile).model.standIn == nil)
    #expect(try cell(profile, overrides: ["model.width=8"]).model.standIn == "resnet width 8 (not 32)")
  }

  @Test("a rule of the protocol may use names that this suite does not use, but no unknown names")
  func sharedRules() throws {
    _ = try cell()
    let text = shared.replacing("looksam", with: "lucksam")
    #expect(
      message { _ = try grid("protocol: s.yaml", files: ["s.yaml": text]) }
        == "suites/s.yaml:4: unknown method 'lucksam'. Did you mean 'looksam'? Known: sam, SAM, vsam, vSAM, sgd, "
        + "looksam, esam, saf, mesa, ae-sam.")
  }

  @Test(
    "errors on the command line read like those in a file",
    arguments: [
      (
        "epoch=2",
        "--set epoch=2: the recipe has no setting named 'epoch'. Did you mean 'epochs'? Known: epochs, batch_size, "
          + "learning_rate, weight_decay, momentum, schedule, crop_padding, flip, cutout, cutout_probability, "
          + "evaluate_every."
      ),
      ("epochs=0", "--set epochs=0: the recipe: 'epochs' must be an integer from 1 to 100000, not 0."),
      ("epochs", "--set epochs: expected key=value, such as epochs=2 or method.rho=0.1."),
      (
        "modle.width=2",
        "--set modle.width=2: unknown part of a cell 'modle'. Did you mean 'model'? Known: dataset, model, method, quantization, recipe."
      ),
      (
        "rho=0.1", "--set rho=0.1: 'rho' is a setting of a method, not of the recipe; write method.rho=0.1."
      ),
      (
        "model.widht=2",
        "--set model.widht=2: unknown setting of a model 'widht'. Did you mean 'width'? Known: depth, width, widen, alpha."
      ),
      ("method.rho=-1", "--set method.rho=-1: method sam: 'rho' must be a number >= 0.0 and <= 1000.0, not -1."),
    ])
  func overrides(_ text: String, _ expected: String) {
    #expect(message { _ = try grid(overrides: [text]) } == expected)
  }
}
