import Methods

// Checks that a run depends on its settings and its seed alone: not on stops, reads of its state or workers.
extension MethodLaw {
  static let restoredRunContinues = MethodLaw(
    "continues after a stop and a restore as if it had never stopped", .allVariants
  ) { variant in
    let whole = try variant.run().run()
    for stop in [1, 17, 26] {
      let first = try variant.run().run(to: stop)
      let second = try variant.run()
      try second.restore(first.state())
      second.run()
      guard second.weightBits == whole.weightBits, first.sampled + second.sampled == whole.sampled else {
        return "after a stop at iteration \(stop), the run differs: visitState must visit all that outlives a step"
      }
      for trace in variant.type.traces
      where second.traces.values(trace).map(\.bitPattern) != whole.traces.values(trace).map(\.bitPattern) {
        return "after a stop at iteration \(stop), '\(trace.name)' differs"
      }
    }
    return nil
  }

  static let lookingChangesNothing = MethodLaw("has the same state when it is read twice", .defaults) { variant in
    let run = try variant.run().run(to: 20)
    return try run.state() == run.state() ? nil : "visitState changes the state that it visits"
  }

  static let workersDoNotMatter = MethodLaw("computes the same bits with 1, 2 and 3 workers", .allVariants) { variant in
    let bits = try [1, 2, 3].map { workers in
      let examples = ExampleSet()
      return try variant.run(epochs: 8, examples: examples, on: LogisticOracle(examples, workers: workers)).run()
        .weightBits
    }
    return bits[1] == bits[0] && bits[2] == bits[0] ? nil : "the weights depend on the number of workers"
  }
}

// Checks that the direction reduces the loss.
extension MethodLaw {
  static let quadraticDescends = MethodLaw("descends on a quadratic", .defaults) { variant in
    let oracle = QuadraticOracle(
      hessian: [[2, 0.5, 0], [0.5, 1, 0.2], [0, 0.2, 3]],
      centers: [[0.1, 0, 0], [-0.1, 0.1, 0], [0, -0.1, 0.1], [0, 0, -0.1]], tensors: [1, 2])
    let run = try MethodRun(
      variant.type, variant.given, on: oracle, examples: ExampleSet(), start: [1, -2, 1.5], epochs: 40,
      learningRate: 0.02)
    let before = oracle.loss(at: run.w)
    run.run()
    let after = oracle.loss(at: run.w)
    return after < before / 20
      ? nil : "the loss went from \(before) to \(after) in 120 steps; it must fall below a twentieth"
  }

  static let regressionIsLearned = MethodLaw("learns a softmax regression", .defaults) { variant in
    let run = try variant.run(epochs: 40)
    run.run()
    let first = run.records.prefix(3).map(\.loss).reduce(0, +) / 3
    let last = run.records.suffix(3).map(\.loss).reduce(0, +) / 3
    return last < first / 2 ? nil : "the loss went from \(first) to \(last) in 40 epochs; it must fall below half"
  }
}
