import Methods

// How a method asks the oracle, and what it tells about that.
extension MethodLaw {
  static let weightsStay = MethodLaw("leaves w untouched, bit for bit", .allVariants) { variant in
    let run = try variant.run()
    var moved: Int?
    while run.i < run.context.iterations, moved == nil {
      let before = run.weightBits
      run.step { _ in if run.weightBits != before { moved = run.i } }
    }
    return moved.map { "w is changed in iteration \($0); direction(at:) only writes d" }
  }

  static let gradientsAreReported = MethodLaw(
    "spends exactly the gradients it reports: one, and one more when sampled", .allVariants
  ) { variant in
    let run = try variant.run()
    while run.i < run.context.iterations {
      let before = run.oracle.cost.gradients
      let record = run.step()
      let spent = run.oracle.cost.gradients - before
      if spent != (record.isSampled ? 2 : 1) {
        return "iteration \(run.i) took \(spent) gradients and reported isSampled: \(record.isSampled)"
      }
    }
    return nil
  }

  static let laterPassesFreeze = MethodLaw(
    "takes its first gradient at w, on the whole batch, with .update, others with .freeze", .allVariants
  ) { variant in
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try variant.run(examples: examples, on: oracle)
    // A setting of this name may ask for what its method's authors do, against the rule.
    let mayUpdate = run.settings.values["later_statistics"] == "update"
    var breach: String?
    while run.i < run.context.iterations, breach == nil {
      oracle.forget()
      run.step { _ in
        let gradients = oracle.calls.filter { $0.statistics != nil }
        if gradients.first?.statistics != .update {
          breach = "the first gradient does not update the statistics"
        } else if gradients.first?.weights != Array(run.w.readOnly) {
          breach = "the first gradient is not taken at w"
        } else if gradients.first?.rows != nil {
          breach = "the first gradient is taken on part of the batch"
        } else if !mayUpdate && gradients.dropFirst().contains(where: { $0.statistics != .freeze }) {
          breach = "a later gradient updates the statistics"
        }
      }
    }
    return breach.map { "\($0), in iteration \(run.i)" }
  }

  // Forward counts a third of a gradient and backward two thirds. Skipped weight gradients, up to a third of a
  // gradient, do not show in the count of examples, nor does a forward that only begins after some epochs.
  static let costIsAsClaimed = MethodLaw("costs what it claims", .defaults) { variant in
    let run = try variant.run(epochs: 60).run()
    let images = Double(run.records.count / 3 * 14)
    let spent = (Double(run.oracle.cost.forwardExamples) + 2 * Double(run.oracle.cost.backwardExamples)) / 3 / images
    let share = Double(run.sampled.count { $0 }) / Double(run.sampled.count)
    let claimed = variant.type.cost(run.settings, sampledShare: share)
    // A sampled share is one of iterations, not of images: the short batch of 2 counts as much as those of 6.
    return abs(spent - claimed) <= 0.15 ? nil : "it spent \(spent) gradients an iteration and claims \(claimed)"
  }

  static let tracesAreRecorded = MethodLaw("records every trace it declares, windows of one length", .defaults) {
    variant in
    let traces = variant.type.traces
    let run = try variant.run(epochs: 40).run()
    for trace in traces where trace.group == .iteration {
      guard run.traces.values(trace.name).contains(where: { $0.isFinite }) else {
        return "'\(trace.name)' never has a value"
      }
    }
    if Set(traces.filter { $0.group == .window }.map { run.traces.values($0.name).count }).count > 1 {
      return "its traces per window have different lengths"
    }
    return traces.first { $0.unit.isEmpty || $0.longName.isEmpty }.map { "'\($0.name)' lacks a unit or a long name" }
  }

  static let zeroGradientIsFinite = MethodLaw("stays finite on a zero gradient, and flags it", .allVariants) {
    variant in
    let oracle = QuadraticOracle(hessian: [[1, 0], [0, 4]], tensors: [1, 1])
    let run = try MethodRun(variant.type, variant.given, on: oracle, examples: ExampleSet(), start: [0, 0])
    var isFinite = true
    while run.i < run.context.iterations {
      let record = run.step { _ in isFinite = isFinite && run.d.readOnly.allSatisfy { $0.isFinite } }
      if !isFinite { return "d is not finite in iteration \(run.i)" }
      if record.loss != 0 { return "the loss of the first pass is 0, and it reports \(record.loss)" }
      // ESAM's masks may have asked for nothing.
      if variant.type != ESAM.self, record.isDegenerate != record.isSampled {
        return "iteration \(run.i) could not perturb and reports isDegenerate: \(record.isDegenerate)"
      }
    }
    return run.w.readOnly.allSatisfy { $0 == 0 } ? nil : "the weights leave the minimum"
  }

  static let infiniteGradientIsSurvived = MethodLaw(
    "meets a gradient that is not finite without stopping the program", .allVariants
  ) { variant in
    let oracle = QuadraticOracle(hessian: [[1, 0], [0, 4]], tensors: [1, 1])
    try MethodRun(variant.type, variant.given, on: oracle, examples: ExampleSet(), start: [.infinity, 1]).run()
    return nil
  }
}
