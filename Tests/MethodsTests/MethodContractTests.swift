import Configuration
import Contract
import MethodTemplate
import Methods
import Testing

/// The contract of every method. It covers the whole catalogue automatically, and the template of new methods.
@Suite struct MethodContractTests {
  struct Trial: Sendable, CustomTestStringConvertible {
    let law: MethodLaw
    let variant: MethodVariant

    var testDescription: String { "\(variant) \(law.title)" }
  }

  static let trials = (MethodCatalogue.all + [TemplateMethod.self, LongestGradient.self]).flatMap { type in
    MethodLaw.all.flatMap { law in law.variants(of: type).map { Trial(law: law, variant: $0) } }
  }

  @Test("every method satisfies every law", arguments: trials)
  func holds(_ trial: Trial) {
    #expect(trial.law.breach(by: trial.variant) == nil)
  }

  /// Each law with a method that violates it.
  static let breaches: [(law: String, fault: String, message: String)] = [
    ("leaves w untouched", "moves-w", "w is changed in iteration 1"),
    ("updates the running statistics", "updates-twice", "a later pass updates the running statistics in iteration 1"),
    ("updates the running statistics", "updates-looking", "a later pass updates the running statistics in iteration 1"),
    ("matches its planned cost", "overcharges", "gradients per iteration; its planned cost is 4.0"),
    ("records every trace", "keeps-silent", "'l2_mean' never has a value"),
    ("stays finite on a zero gradient", "normalizes", "d is not finite in iteration 1"),
    ("stays finite on a zero gradient", "perturbs-alone", "iteration 1 did not perturb with `step.perturb`"),
    ("passes on a gradient that is not finite", "hides-divergence", "d is finite in iteration 1"),
    ("has the same state", "counts-looks", "visitState changes the state that it visits"),
    ("continues after a stop", "forgets", "after a stop at iteration 1, the run differs"),
    ("computes the same bits", "counts-workers", "the weights depend on the number of workers"),
    ("descends on a quadratic", "climbs", "in 120 steps"),
    ("learns a softmax regression", "climbs", "in 40 epochs"),
  ]

  @Test("every law but the two about declarations has a method that violates it")
  func allLawsAreBroken() {
    let untouched = MethodLaw.all.filter { law in !Self.breaches.contains { law.title.hasPrefix($0.law) } }
    #expect(untouched.map(\.title) == MethodLaw.all.prefix(2).map(\.title))
  }

  @Test("each law detects the method that violates it", arguments: breaches)
  func breachIsFound(_ law: String, _ fault: String, _ message: String) throws {
    let law = try #require(MethodLaw.all.first { $0.title.hasPrefix(law) })
    let breach = law.breach(by: MethodVariant(FaultyMethod.self, ["fault": .text(fault)]))
    #expect(try #require(breach).contains(message), "\(breach ?? "")")
    #expect(law.breach(by: MethodVariant(FaultyMethod.self)) == nil, "without the fault the law is satisfied")
  }

  @Test("empty declarations and unlimited settings are detected")
  func declarations() {
    #expect(MethodLaw.all[0].breach(by: MethodVariant(UndeclaredMethod.self)) == "the summary is empty")
    #expect(
      MethodLaw.all[1].breach(by: MethodVariant(UndeclaredMethod.self))?.hasPrefix("'anything' accepts") == true)
  }

  @Test("the catalogue finds each method by its name, and no other")
  func namesAreUnique() {
    #expect(Set(MethodCatalogue.all.map { $0.name }).count == MethodCatalogue.all.count)
    for type in MethodCatalogue.all { #expect(MethodCatalogue.named(type.name) == type) }
    #expect(MethodCatalogue.named("adam") == nil)
  }

  @Test("a method is checked at its defaults and at every alternative, each once more with short-run values")
  func variants() {
    let given = MethodVariant.all(of: VSAM.self).map(\.given)
    let short: [String: Value] = ["start": 0, "window": 4, "slices": 2, "initial": 2.0]
    #expect(given.starts(with: [[:], short]))
    for (key, value) in [("reuse", false), ("policy", "periodic"), ("gamma", 0.0), ("rho", 0.0)] as [(String, Value)] {
      #expect(given.contains([key: value]), "\(key)")
      #expect(given.contains(short.merging([key: value]) { $1 }), "\(key), with short-run values")
    }
  }
}
