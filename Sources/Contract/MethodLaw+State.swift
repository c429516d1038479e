import Methods

// That a run is a function of its settings and its seed: whatever stops, looks or computes in between.
extension MethodLaw {
  static let restoredRunContinues = MethodLaw(
    "continues after a stop and a restore as if it had never stopped", .allVariants
  ) { variant in
    let whole = try variant.run().run()
    for stop in [1, 17, 26] {
      let first = try variant.run().run(to: stop)
      var saver = StateSaver()
      try first.visitState(&saver)
      let second = try variant.run()
      var restorer = StateRestorer(saver.state)
      try second.visitState(&restorer)
      second.run()
      guard second.weightBits == whole.weightBits, first.sampled + second.sampled == whole.sampled else {
        return "stopped after iteration \(stop), it goes another way: visitState must show all that outlives a step"
      }
      for trace in variant.type.traces
      where second.traces.values(trace.name).map(\.bitPattern) != whole.traces.values(trace.name).map(\.bitPattern) {
        return "stopped after iteration \(stop), '\(trace.name)' differs"
      }
    }
    return nil
  }

  static let lookingChangesNothing = MethodLaw("shows the same state when it is asked twice", .defaults) { variant in
    let run = try variant.run().run(to: 20)
    var first = StateSaver(), second = StateSaver()
    try run.visitState(&first)
    try run.visitState(&second)
    return first.state == second.state ? nil : "visitState changes what it shows"
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
