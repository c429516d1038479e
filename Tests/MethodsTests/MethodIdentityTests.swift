import Configuration
import Contract
import Methods
import Testing

/// Pairs of methods that are the same at a limit, bit for bit, including momentum, decay, moving statistics and a short
/// last batch.
@Suite struct MethodIdentityTests {
  struct Identity: Sendable, CustomTestStringConvertible {
    let law: String
    let one, other: (String, [String: Value])
    var testDescription: String { law }

    init(_ law: String, _ one: (String, [String: Value]), _ other: (String, [String: Value])) {
      (self.law, self.one, self.other) = (law, one, other)
    }
  }

  /// vSAM with every draw a yes: s_1 = N kept, no cap, no warm-up.
  static let always: [String: Value] = ["policy": "constant", "initial": 50, "cap": 1, "start": 0]
  static let fast: [String: Value] = ["start": 2, "window": 4, "slices": 2, "initial": 2, "alpha": 0.3]

  static let identities = [
    Identity("SAM with rho 0 is SGD", ("sam", ["rho": 0]), ("sgd", [:])),
    Identity("SAM with rho 0 and a period beyond the run is SGD", ("sam", ["rho": 0, "period": 1000]), ("sgd", [:])),
    Identity("vSAM with p = 1 and no cap is SAM", ("vsam", always), ("sam", [:])),
    Identity("vSAM in its warm-up is SAM", ("vsam", ["start": 1000]), ("sam", [:])),
    Identity(
      "vSAM with gamma 0 is vSAM-A", ("vsam", fast.merging(["gamma": 0]) { $1 }),
      ("vsam", fast.merging(["reuse": false]) { $1 })),
    Identity(
      "vSAM-A sampled periodically is SAM-5",
      ("vsam", ["policy": "periodic", "period": 5, "start": 0, "reuse": false]), ("sam", ["period": 5])),
    Identity("LookSAM with alpha 0 is SAM-5", ("looksam", ["alpha": 0]), ("sam", ["period": 5])),
    Identity("LookSAM with period 1 is SAM", ("looksam", ["period": 1]), ("sam", [:])),
    Identity("ESAM with everything sampled is SAM", ("esam", ["beta": 1, "gamma": 1]), ("sam", [:])),
    Identity(
      "ESAM with everything sampled is SAM, masks per weight", ("esam", ["beta": 1, "gamma": 1, "masks": "weight"]),
      ("sam", [:])),
    Identity("SAF with weight 0 is SGD", ("saf", ["lambda": 0]), ("sgd", [:])),
    Identity("SAF before its start is SGD", ("saf", ["start": 1000]), ("sgd", [:])),
    Identity("MESA with weight 0 is SGD", ("mesa", ["lambda": 0]), ("sgd", [:])),
    Identity(
      "AE-SAM with thresholds far below is SAM", ("ae-sam", ["lambda1": -1e6, "lambda2": -1e6]), ("sam", [:])),
    Identity("AE-SAM with thresholds far above is SGD", ("ae-sam", ["lambda1": 1e6, "lambda2": 1e6]), ("sgd", [:])),
    Identity("SAM in micro-batches of a whole batch is SAM", ("sam", ["micro_batch": 6]), ("sam", [:])),
    Identity("ESAM in micro-batches of a whole batch is ESAM", ("esam", ["micro_batch": 6]), ("esam", [:])),
    Identity(
      "ESAM that selects all examples selects them at random", ("esam", ["gamma": 1, "selection": "random"]),
      ("esam", ["gamma": 1])),
    Identity("LookSAM with a cap that is never reached is LookSAM", ("looksam", ["cap": 1000]), ("looksam", [:])),
    Identity("ASAM without scaling is SAM", ("asam", ["scaled": "none", "rho": 0.05]), ("sam", [:])),
    Identity("ASAM with rho 0 is SGD", ("asam", ["rho": 0]), ("sgd", [:])),
    Identity("GSAM with alpha 0 is SAM", ("gsam", ["alpha": 0]), ("sam", [:])),
    Identity(
      "GSAM that descends on the plain loss, with alpha 0, is SGD", ("gsam", ["alpha": 0, "descent": "plain"]),
      ("sgd", [:])),
    Identity("Friendly SAM with sigma 0 is SAM", ("friendly-sam", ["sigma": 0]), ("sam", [:])),
    Identity(
      "Friendly SAM with sigma 0 is SAM, in its code's form", ("friendly-sam", ["sigma": 0, "form": "code"]),
      ("sam", [:])),
    Identity("MSAM with rho 0 is SGD", ("msam", ["rho": 0]), ("sgd", [:])),
    Identity("RST with probability 1 is SAM", ("rst", ["probability": 1]), ("sam", [:])),
    Identity("RST with probability 0 is SGD", ("rst", ["probability": 0]), ("sgd", [:])),
    Identity(
      "RST is vSAM-A with a constant rate, no warm-up and no cap", ("rst", [:]),
      ("vsam", ["policy": "constant", "initial": 25, "cap": 1, "start": 0, "reuse": false])),
    Identity("GNP with alpha 1 is SAM", ("gnp", ["alpha": 1]), ("sam", [:])),
    Identity("GNP with alpha 0 is SGD", ("gnp", ["alpha": 0]), ("sgd", [:])),
    Identity("WSAM coupled, with gamma 0.5, is SAM", ("wsam", ["sharpness": "coupled", "gamma": 0.5]), ("sam", [:])),
    Identity("WSAM with gamma 0 is SGD", ("wsam", ["gamma": 0]), ("sgd", [:])),
    Identity(
      "WSAM coupled is GNP with alpha gamma / (1 - gamma)", ("wsam", ["sharpness": "coupled", "gamma": 0.2]),
      ("gnp", ["alpha": 0.25])),
    Identity("VaSSO with theta 1 is SAM", ("vasso", ["theta": 1]), ("sam", [:])),
  ]

  @Test("at its limit a method equals another one, bit for bit", arguments: identities)
  func limit(_ identity: Identity) throws {
    func run(_ side: (String, [String: Value])) throws -> MethodRun {
      let examples = ExampleSet()
      let type = try #require(MethodCatalogue.named(side.0))
      return try MethodRun(type, side.1, on: LogisticOracle(examples), examples: examples, epochs: 30)
    }
    let (one, other) = (try run(identity.one), try run(identity.other))
    while one.i < one.context.iterations {
      one.step()
      other.step()
      try #require(one.weightBits == other.weightBits, "iteration \(one.i)")
    }
    #expect(one.records.map(\.loss) == other.records.map(\.loss))
  }

  @Test("the limits are limits: away from them the methods differ")
  func methodsDiffer() throws {
    let finals = try MethodCatalogue.all.map { type in
      let examples = ExampleSet()
      let given = type.name == "vsam" ? Self.fast : [:]
      return try MethodRun(type, given, on: LogisticOracle(examples), examples: examples, epochs: 30).run().weightBits
    }
    #expect(Set(finals).count == finals.count)
  }
}
