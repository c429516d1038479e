import Methods

// That the direction leads down.
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
    return after < before / 20 ? nil : "the loss went from \(before) to \(after) in 120 steps, not below a twentieth"
  }

  static let regressionIsLearned = MethodLaw("learns a softmax regression", .defaults) { variant in
    let run = try variant.run(epochs: 40)
    run.run()
    let first = run.records.prefix(3).map(\.loss).reduce(0, +) / 3
    let last = run.records.suffix(3).map(\.loss).reduce(0, +) / 3
    return last < first / 2 ? nil : "the loss went from \(first) to \(last) in 40 epochs, not below half"
  }
}
