import Configuration
import Foundation
import Methods
import Tensors
import TestSupport
import Testing

/// What every method must hold. The whole catalogue comes here by itself.
@Suite struct MethodContractTests {
  @Test("leaves w untouched, bit for bit", arguments: MethodVariant.all)
  func weightsStay(_ variant: MethodVariant) throws {
    let run = try variant.run()
    while run.i < run.context.iterations {
      let before = run.weightBits
      run.step { _ in #expect(run.weightBits == before) }
    }
  }

  @Test("spends exactly the gradients it reports: one, and one more when sampled", arguments: MethodVariant.all)
  func gradientsAreReported(_ variant: MethodVariant) throws {
    let run = try variant.run()
    while run.i < run.context.iterations {
      let before = run.oracle.cost.gradients
      let record = run.step()
      #expect(run.oracle.cost.gradients - before == (record.isSampled ? 2 : 1), "iteration \(run.i)")
    }
  }

  // Forward counts a third of a gradient and backward two thirds. Skipped weight gradients, up to a third of a
  // gradient, do not show in the count of examples, nor does a forward that only begins after some epochs.
  @Test("costs no more than it claims, and no less by over a third of a gradient", arguments: MethodVariant.defaults)
  func costIsAsClaimed(_ variant: MethodVariant) throws {
    let run = try variant.run(epochs: 60).run()
    let images = Double(run.records.count / 3 * 14)
    let spent = (Double(run.oracle.cost.forwardExamples) + 2 * Double(run.oracle.cost.backwardExamples)) / 3 / images
    let share = Double(run.sampled.filter { $0 }.count) / Double(run.sampled.count)
    let claimed = variant.type.cost(run.settings, sampledShare: share)
    // A sampled share is one of iterations, not of images: the short batch of 2 counts as much as those of 6.
    #expect(spent <= claimed + 0.15 && spent >= claimed - 0.15, "spent \(spent), claimed \(claimed)")
  }

  @Test("only the first gradient moves the statistics, and it is taken at w", arguments: MethodVariant.all)
  func laterPassesFreeze(_ variant: MethodVariant) throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try variant.run(examples: examples, on: oracle)
    while run.i < run.context.iterations {
      oracle.forget()
      run.step { _ in
        let gradients = oracle.calls.filter { $0.statistics != nil }
        #expect(gradients.first?.statistics == .update)
        #expect(gradients.first?.weights == Array(run.w.readOnly))
        #expect(gradients.first?.rows == nil)
        #expect(gradients.dropFirst().allSatisfy { $0.statistics == .freeze })
      }
    }
  }

  @Test("a run saved, restored elsewhere and continued equals one that never stopped", arguments: MethodVariant.all)
  func restoredRunContinues(_ variant: MethodVariant) throws {
    let whole = try variant.run().run()
    for stop in [1, 17, 26] {
      let first = try variant.run().run(to: stop)
      var saver = StateSaver()
      try first.visitState(&saver)
      let second = try variant.run()
      var restorer = StateRestorer(saver.state)
      try second.visitState(&restorer)
      second.run()
      #expect(second.weightBits == whole.weightBits, "stopped after \(stop)")
      #expect(first.sampled + second.sampled == whole.sampled)
      for trace in variant.type.traces {
        #expect(second.traces.values(trace.name).map(\.bitPattern) == whole.traces.values(trace.name).map(\.bitPattern))
      }
    }
  }

  @Test("state shown twice is the same: looking changes nothing", arguments: MethodVariant.defaults)
  func savingIsHarmless(_ variant: MethodVariant) throws {
    let run = try variant.run().run(to: 20)
    var first = StateSaver(), second = StateSaver()
    try run.visitState(&first)
    try run.visitState(&second)
    #expect(first.state == second.state)
  }

  @Test("stays finite on a zero gradient", arguments: MethodVariant.all)
  func zeroGradientIsFinite(_ variant: MethodVariant) throws {
    let oracle = QuadraticOracle(hessian: [[1, 0], [0, 4]], tensors: [1, 1])
    let run = try MethodRun(variant.type, variant.given, on: oracle, examples: ExampleSet(), start: [0, 0])
    while run.i < run.context.iterations {
      let record = run.step { _ in #expect(run.d.readOnly.allSatisfy { $0.isFinite }) }
      #expect(record.loss == 0)
      if variant.type != ESAM.self {  // whose masks may have asked for nothing
        #expect(record.isDegenerate == record.isSampled, "a look that could not perturb is flagged")
      }
    }
    #expect(run.w.readOnly.allSatisfy { $0 == 0 })
  }

  @Test("meets a gradient that is not finite without stopping the program", arguments: MethodVariant.all)
  func infiniteGradientIsSurvived(_ variant: MethodVariant) throws {
    let oracle = QuadraticOracle(hessian: [[1, 0], [0, 4]], tensors: [1, 1])
    try MethodRun(variant.type, variant.given, on: oracle, examples: ExampleSet(), start: [.infinity, 1]).run()
  }

  @Test("descends on a quadratic", arguments: MethodVariant.defaults)
  func quadraticDescends(_ variant: MethodVariant) throws {
    let oracle = QuadraticOracle(
      hessian: [[2, 0.5, 0], [0.5, 1, 0.2], [0, 0.2, 3]],
      centers: [[0.1, 0, 0], [-0.1, 0.1, 0], [0, -0.1, 0.1], [0, 0, -0.1]], tensors: [1, 2])
    let run = try MethodRun(
      variant.type, variant.given, on: oracle, examples: ExampleSet(), start: [1, -2, 1.5], epochs: 40,
      learningRate: 0.02)
    let before = oracle.loss(at: run.w)
    run.run()
    #expect(oracle.loss(at: run.w) < before / 20)
  }

  @Test("learns a softmax regression", arguments: MethodVariant.defaults)
  func regressionIsLearned(_ variant: MethodVariant) throws {
    let run = try variant.run(epochs: 40)
    run.run()
    let first = run.records.prefix(3).map(\.loss).reduce(0, +)
    let last = run.records.suffix(3).map(\.loss).reduce(0, +)
    #expect(last < first / 2)
  }

  @Test("records every trace it declares, and windows of one length", arguments: MethodVariant.defaults)
  func declaredTracesAreRecorded(_ variant: MethodVariant) throws {
    let run = try variant.run(epochs: 40).run()
    for trace in variant.type.traces where trace.group == .iteration {
      #expect(run.traces.values(trace.name).contains { $0.isFinite }, "\(trace.name) never has a value")
    }
    let windows = variant.type.traces.filter { $0.group == .window }.map { run.traces.values($0.name).count }
    #expect(Set(windows).count <= 1)
    #expect(variant.type.traces.allSatisfy { !$0.unit.isEmpty && !$0.longName.isEmpty })
  }

  @Test("the same seed gives the same bits for 1, 2 and 3 workers", arguments: MethodVariant.all)
  func workersDoNotMatter(_ variant: MethodVariant) throws {
    let bits = try [1, 2, 3].map { workers in
      let examples = ExampleSet()
      return try variant.run(epochs: 8, examples: examples, on: LogisticOracle(examples, workers: workers)).run()
        .weightBits
    }
    #expect(bits[1] == bits[0] && bits[2] == bits[0])
  }

  @Test("rejects absurd hyperparameters and quotes the allowed range", arguments: MethodVariant.defaults)
  func absurdIsRejected(_ variant: MethodVariant) {
    for setting in variant.type.settings {
      let absurd: [Value] =
        switch setting.kind {
        case .flag: ["perhaps", 2]
        case .choice: ["nonsense", 1]
        case .integer(let range): [.integer(range.lowerBound - 1), 0.5, "many"]
        case .number(let range, _, _):
          [.number(-Double.greatestFiniteMagnitude), .number(range.upperBound * 2 + 1), .number(.nan), "much"]
        }
      for value in absurd {
        #expect {
          _ = try Settings(variant.type.settings, given: [setting.name: value], owner: "method \(variant.type.name)")
        } throws: { error in
          "\(error)".contains(setting.kind.allowed) && "\(error)".contains("'\(setting.name)'")
        }
      }
    }
  }

  @Test("says where every default comes from", arguments: MethodVariant.defaults)
  func defaultsHaveOrigins(_ variant: MethodVariant) throws {
    for setting in variant.type.settings {
      #expect(setting.origin.description.count > 8 && !setting.meaning.isEmpty, "\(setting.name)")
    }
    #expect(Set(variant.type.settings.map(\.name)).count == variant.type.settings.count)
    #expect(!variant.type.summary.isEmpty && variant.type.source.year > 1900 && variant.type.revision >= 1)
    try variant.type.check(Settings(variant.type.settings, owner: variant.type.name))
  }

  @Test("the catalogue finds each method by its own name, and no other")
  func namesAreUnique() {
    #expect(Set(MethodCatalogue.all.map { $0.name }).count == MethodCatalogue.all.count)
    for type in MethodCatalogue.all { #expect(MethodCatalogue.named(type.name) == type) }
    #expect(MethodCatalogue.named("adam") == nil)
  }
}
