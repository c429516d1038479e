import Methods

// Checks of a method's calls to the oracle and of what it records about them.
extension MethodLaw {
  static let weightsStay = MethodLaw("leaves w untouched, bit for bit", .allVariants) { variant in
    let run = try variant.run()
    var moved: Int?
    while run.i < run.context.iterations, moved == nil {
      let before = run.weightBits
      run.step { _ in if run.weightBits != before { moved = run.i } }
    }
    return moved.map { "w is changed in iteration \($0); `direction` may write only d" }
  }

  static let laterPassesFreeze = MethodLaw(
    "updates the running statistics in its first pass only, unless a setting allows more", .defaults
  ) { variant in
    let run = try variant.run().run()
    return run.records.firstIndex(where: \.movesStatisticsLater).map {
      "a later pass updates the running statistics in iteration \($0 + 1)"
    }
  }

  // A forward pass counts as a third of a gradient, a backward pass as two thirds. Two things do not show in the counts
  // of examples: skipped weight gradients, up to a third of a gradient, and a forward pass that begins after some
  // epochs.
  static let costIsAsPlanned = MethodLaw("matches its planned cost", .defaults) { variant in
    let run = try variant.run(epochs: 60).run()
    let images = Double(run.records.count / 3 * 14)
    let spent = (Double(run.oracle.cost.forwardExamples) + 2 * Double(run.oracle.cost.backwardExamples)) / 3 / images
    let share = Double(run.sampled.count { $0 }) / Double(run.sampled.count)
    let planned = variant.type.plannedCost(run.settings, sampledShare: share)
    // The share is one of iterations, not of images: the short batch of 2 counts as much as the batches of 6.
    return abs(spent - planned) <= 0.15
      ? nil : "it spent \(spent) gradients per iteration; its planned cost is \(planned)"
  }

  static let tracesAreRecorded = MethodLaw("records every trace it declares, equal lengths per window", .defaults) {
    variant in
    let traces = variant.type.traces
    let run = try variant.run(epochs: 40).run()
    for trace in traces where trace.group == .iteration {
      guard run.traces.values(trace).contains(where: { $0.isFinite }) else {
        return "'\(trace.name)' never has a value"
      }
    }
    if Set(traces.filter { $0.group == .window }.map { run.traces.values($0).count }).count > 1 {
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
      if record.isSampled && !record.isDegenerate { return "iteration \(run.i) did not perturb with `step.perturb`" }
    }
    return run.w.readOnly.allSatisfy { $0 == 0 } ? nil : "the weights leave the minimum"
  }

  static let infiniteGradientShows = MethodLaw(
    "passes on a gradient that is not finite, so that the run ends as diverged", .allVariants
  ) { variant in
    let oracle = QuadraticOracle(hessian: [[1, 0], [0, 4]], tensors: [1, 1])
    let run = try MethodRun(variant.type, variant.given, on: oracle, examples: ExampleSet(), start: [.infinity, 1])
    var isFinite = false
    while run.i < run.context.iterations, !isFinite {
      run.step { _ in isFinite = run.d.readOnly.allSatisfy { $0.isFinite } }
    }
    return isFinite ? "d is finite in iteration \(run.i), but the gradients are not" : nil
  }
}
