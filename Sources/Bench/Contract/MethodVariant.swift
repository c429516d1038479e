import Configuration
import Methods

/// Settings under which a method is checked, derived from its declarations, so that a new method needs no list.
package struct MethodVariant: Sendable {
  package let type: any TrainingMethod.Type
  package let given: [String: Value]

  package init(_ type: any TrainingMethod.Type, _ given: [String: Value] = [:]) {
    (self.type, self.given) = (type, given)
  }

  /// The defaults; each flag inverted, each choice selected, each number at its lower bound and at a small value; and
  /// each of these once more with short-run values, so that a short run reaches the later phases of the method.
  package static func all(of type: any TrainingMethod.Type) -> [MethodVariant] {
    let short = Dictionary(
      uniqueKeysWithValues: type.settings.compactMap { setting in setting.shortRunValue.map { (setting.name, $0) } })
    var variants: [[String: Value]] = [[:], short]
    for setting in type.settings {
      for value in alternatives(to: setting) {
        variants.append([setting.name: value])
        variants.append(short.merging([setting.name: value]) { $1 })
      }
    }
    return variants.filter { given in
      guard let settings = try? Settings(type.settings, given: given, owner: type.name) else { return false }
      return (try? type.check(settings)) != nil
    }.map { MethodVariant(type, $0) }
  }

  private static func alternatives(to setting: any SettingKey) -> [Value] {
    switch setting.kind {
    case .flag: [setting.standard == true ? false : true]
    case .choice(let names): names.map { .text($0) }.filter { $0 != setting.standard }
    case .integer(let range): [range.lowerBound, 3].filter(range.contains).map { .integer($0) }
    case .number(let range, let openBelow, _):
      ([range.lowerBound, 0.5].filter { range.contains($0) && !(openBelow && $0 == range.lowerBound) })
        .map { .number($0) }
    }
  }

  /// A run over 14 examples in batches of 6, 6 and 2, on `LogisticOracle` unless another oracle is given.
  package func run(
    epochs: Int = 10, examples: ExampleSet = ExampleSet(), on oracle: (any GradientOracle)? = nil
  ) throws -> MethodRun {
    try MethodRun(type, given, on: oracle ?? LogisticOracle(examples), examples: examples, epochs: epochs)
  }
}

extension MethodVariant: CustomStringConvertible {
  /// "sam", "sam with period 3".
  package var description: String {
    let settings = given.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return settings.isEmpty ? type.name : "\(type.name) with \(settings.joined(separator: ", "))"
  }
}
