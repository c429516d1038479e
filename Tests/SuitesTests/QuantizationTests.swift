import Configuration
import Testing

@testable import Suites

@Suite("Quantized rows and rows that start from others")
struct QuantizationRowTests {
  private let rows = """
    [{name: sgd, label: plain}, \
    {name: sam, label: Q, starts_from: plain, quantization: {scheme: lsq, weights: 3}}]
    """

  @Test("a cell has its scheme, settings and the cell it starts from")
  func cell() throws {
    let grid = try grid(methods: rows)
    let (plain, quantized) = (grid.entries[0], grid.entries[1])
    #expect(plain.cells[0].quantization == nil && plain.cells[0].start == nil)
    #expect(plain.method.quantization == nil && quantized.method.quantization == "lsq")
    #expect(quantized.cells[1].quantization!.settings.values["weights"] == 3)
    #expect(quantized.cells[1].start == plain.cells[1])
    #expect(quantized.cells[1].sources["quantization.weights"] == .derived("suite test"))
  }

  @Test("a cell without them keeps its identity")
  func identity() throws {
    let plain = try grid(methods: rows).entries[0].cells[0].canonicalJSON(fingerprint: "f")
    #expect(!plain.contains("quantization") && !plain.contains("start"))
    let quantized = try grid(methods: rows).entries[1].cells[0].canonicalJSON(fingerprint: "f")
    #expect(quantized.contains(#""start":\#(plain)"#))
  }

  @Test("a change of the start, also by the command line, changes every cell that starts from it")
  func chain() throws {
    let before = try grid(methods: rows).cells
    let after = try grid("rules: [{when: {method: plain}, set: {recipe: {learning_rate: 0.02}}}]", methods: rows).cells
    #expect(Set(before).isDisjoint(with: after))
    let set = try grid(methods: rows, overrides: ["quantization.activations=2"])
    #expect(set.entries[0].cells == (try grid(methods: rows)).entries[0].cells)
    #expect(set.entries[1].cells[0].quantization!.settings.values["activations"] == 2)
  }

  @Test(
    "errors name the place of the mistake",
    arguments: [
      ("{name: sgd, label: a, quantization: {scheme: lqs}}", "unknown quantization 'lqs'. Did you mean 'lsq'?"),
      ("{name: sgd, label: a, quantization: {weights: 4}}", "'scheme'"),
      ("{name: sgd, label: a, quantization: {scheme: lsq, weihgts: 4}}", "Did you mean 'weights'?"),
      ("{name: sgd, label: a, starts_from: b}", "unknown method row 'b'"),
      ("{name: sgd, label: a, starts_from: a}", "a row without 'starts_from'"),
    ])
  func mistakes(_ row: String, _ part: String) {
    let text = message { _ = try grid(methods: "[\(row)]") }
    #expect(text?.contains(part) == true, "\(text ?? "no error")")
    #expect(text?.hasPrefix("suites/test.yaml:5: ") == true, "\(text ?? "no error")")
  }
}
