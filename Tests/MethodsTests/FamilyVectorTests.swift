import Configuration
import Contract
import Core
import Methods
import Testing

/// The first three steps of the methods beyond the paper on L(w) = (w1^2 + 4 w2^2) / 2 from w = (1, 1), with rho 0.05 and
/// learning rate 0.1, as `tools/vectors.py` prints them. Tolerance as in `PublishedVectorTests`.
@Suite(.tags(.golden)) struct FamilyVectorTests {
  struct Steps: Sendable, CustomTestStringConvertible {
    let name: String
    let given: [String: Value]
    var momentum = 0.0
    let w: [[Double]]

    var testDescription: String { "\(name) \(given.map { "\($0.key) \($0.value)" }.sorted().joined(separator: ", "))" }
  }

  static let all = [
    Steps(
      name: "asam", given: ["scaled": "all"],
      w: [[0.898775195, 0.580403121], [0.806571666, 0.338098215], [0.722592904, 0.198810547]]),
    Steps(
      name: "gsam", given: [:],
      w: [[0.899443077, 0.580438899], [0.808577331, 0.329290230], [0.726160660, 0.179936476]]),
    Steps(
      name: "gsam", given: ["descent": "plain"],
      w: [[0.900684806, 0.599828798], [0.811540437, 0.359550375], [0.731504641, 0.215099226]]),
    Steps(
      name: "friendly-sam", given: ["lambda": 0.6, "sigma": 0.8],
      w: [[0.898787322, 0.580597150], [0.806613304, 0.330590155], [0.720954038, 0.198928657]]),
    Steps(
      name: "friendly-sam", given: ["lambda": 0.6, "sigma": 0.8, "form": "code"],
      w: [[0.898787322, 0.580597150], [0.808349303, 0.368232775], [0.727343341, 0.240927961]]),
    Steps(
      name: "msam", given: [:], momentum: 0.9,
      w: [[0.9, 0.6], [0.721212678, 0.019402850], [0.489654318, -0.491781460]]),
    Steps(
      name: "gnp", given: ["alpha": 0.8],
      w: [[0.899029857, 0.584477720], [0.807691187, 0.335752746], [0.724860550, 0.187740256]]),
    Steps(
      name: "gnp", given: ["alpha": 0.8, "mixed": "unit"],
      w: [[0.914179145, 0.645074870], [0.833029965, 0.404717669], [0.755406338, 0.243197418]]),
    // Its sharpness is added to the weights themselves there, as the authors' code does.
    Steps(
      name: "wsam", given: ["gamma": 0.8], momentum: 0.9,
      w: [[0.895149287, 0.522388600], [0.707758753, -0.120103207], [0.458871534, -0.539192232]]),
    Steps(
      name: "vasso", given: ["theta": 0.4],
      w: [[0.898787322, 0.580597150], [0.807523800, 0.329140649], [0.725094223, 0.178643153]]),
  ]

  @Test("each makes the steps that its equations give", arguments: all)
  func steps(_ steps: Steps) throws {
    let type = try #require(MethodCatalogue.named(steps.name))
    let run = try MethodRun(
      type, steps.given.merging(["rho": 0.05]) { $1 }, on: QuadraticOracle(hessian: [[1, 0], [0, 4]]),
      examples: ExampleSet(), start: [1, 1], momentum: steps.momentum, weightDecay: 0)
    for expected in steps.w {
      run.step()
      for (value, number) in zip(run.w.readOnly, expected) {
        #expect(abs(Double(value) - number) < 2e-6, "step \(run.i)")
      }
    }
  }
}
