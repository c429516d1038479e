import Configuration

/// Resolves the settings of each combination from the layers of a suite.
///
/// From general to specific, later layers win: declared defaults, the protocol's defaults and rules, the row's own
/// settings, the suite's rules, the profile's rules, the command line.
struct Resolution {
  typealias Section = SuiteSource.Section
  typealias Given = SuiteSource.Given
  typealias Item = SuiteSource.Item
  typealias Rule = SuiteSource.Rule

  let source: SuiteSource
  let profile: SuiteSource.ProfileSource
  let vocabulary: Vocabulary
  let overrides: [Override]
  let suiteName: String

  /// One dataset, model and method of the axes.
  struct Combination {
    let dataset, model, method: Item

    func item(_ section: Section) -> Item? {
      switch section {
      case .dataset: dataset
      case .model: model
      case .method: method
      case .quantization: method.scheme
      case .recipe: nil
      }
    }
  }

  /// The values of one section so far, with their places and origins.
  private struct Layer {
    var values: [String: Value] = [:]
    var places: [String: Place] = [:]
    var origins: [String: Origin] = [:]
  }

  func cells(_ combination: Combination, seeds: [UInt64]) throws(SuiteError) -> [Cell] {
    var sources: [String: Origin] = [:]
    let dataset = try component(.dataset, of: combination, sources: &sources)
    let model = try component(.model, of: combination, sources: &sources)
    let method = try component(.method, of: combination, sources: &sources)
    let recipe = try settings(
      .recipe, of: combination, declared: vocabulary.recipe, owner: "the recipe", check: nil, sources: &sources)
    let quantization =
      combination.item(.quantization) == nil
      ? nil : try component(.quantization, of: combination, sources: &sources)
    let starts = try combination.method.start.map { start throws(SuiteError) in
      try self.starts(start, of: combination, on: dataset, seeds: seeds)
    }
    return seeds.indices.map { i in
      Cell(
        dataset: dataset, model: model, method: method, quantization: quantization, recipe: recipe, seed: seeds[i],
        start: starts?[i], sources: sources)
    }
  }

  /// The cells that a row starts from, with the same model, data set and seeds.
  private func starts(
    _ start: SuiteSource.Start, of combination: Combination, on dataset: Component, seeds: [UInt64]
  ) throws(SuiteError) -> [Cell] {
    guard let row = source.methods.first(where: { $0.label == start.label }) else {
      throw .unknownName(start.place, kind: "method row", name: start.label, known: source.methods.map(\.label))
    }
    guard row.start == nil, row.scheme == nil else {
      throw .wrongValue(
        start.place, key: "starts_from", allowed: "a row without 'starts_from' and 'quantization'",
        found: "'\(start.label)'")
    }
    let cells = try cells(
      Combination(dataset: combination.dataset, model: combination.model, method: row), seeds: seeds)
    guard cells.allSatisfy({ $0.dataset.settings == dataset.settings }) else {
      throw .wrongValue(
        start.place, key: "starts_from", allowed: "a row trained on the same images", found: "'\(start.label)'")
    }
    return cells
  }

  private func component(
    _ section: Section, of combination: Combination, sources: inout [String: Origin]
  ) throws(SuiteError) -> Component {
    guard let item = combination.item(section), let entry = vocabulary.entry(section, named: item.name) else {
      preconditionFailure("Resolution.component: the combination is not available")
    }
    let owner = "\(section.rawValue) \(item.name)"
    let settings = try settings(
      section, of: combination, declared: entry.settings, owner: owner, check: entry.check, sources: &sources)
    var ignored: [String: Origin] = [:]
    let own = try self.settings(
      section, of: combination, declared: entry.settings, owner: owner, check: nil, isScaled: false, sources: &ignored)
    return Component(
      name: item.name, label: item.label, settings: settings, revision: entry.revision,
      replaced: own.values.filter { settings.values[$0.key] != $0.value })
  }

  /// - Parameter isScaled: whether to apply the profile and the command line; false gives the suite's own values.
  private func settings(
    _ section: Section, of combination: Combination, declared: [any SettingKey], owner: String,
    check: ((Settings) throws(SettingsError) -> Void)?, isScaled: Bool = true, sources: inout [String: Origin]
  ) throws(SuiteError) -> Settings {
    var layer = Layer()
    func lay(_ given: [Given], from standard: Origin?) throws(SuiteError) {
      for one in given {
        guard let setting = declared.first(where: { $0.name == one.key }) else { continue }
        // Checked here and not at the end, to find mistakes even if a later layer overrides them.
        guard setting.kind.accept(one.value) != nil else {
          throw .setting(
            one.place,
            .invalid(key: one.key, owner: owner, value: one.value.description, allowed: setting.kind.allowed))
        }
        layer.values[one.key] = one.value
        layer.places[one.key] = one.place
        layer.origins[one.key] = one.origin ?? standard
      }
    }
    func apply(_ rules: [Rule], from standard: Origin) throws(SuiteError) {
      for rule in rules where rule.applies(to: combination) {
        try lay(rule.set[section] ?? [], from: standard)
        for factor in rule.scale[section] ?? [] {
          guard let setting = declared.first(where: { $0.name == factor.key }) else { continue }
          layer.values[factor.key] = try setting.scaled(layer.values[factor.key], by: factor)
          layer.places[factor.key] = factor.place
          layer.origins[factor.key] = factor.origin ?? standard
        }
      }
    }
    let suite = Origin.derived("suite \(suiteName)")
    if section == .recipe {
      try rejectUnknown(source.recipe, declared: declared, owner: owner)
      try lay(source.recipe, from: nil)
    }
    try apply(source.protocolRules, from: suite)
    if let item = combination.item(section) {
      try rejectUnknown(item.settings, declared: declared, owner: owner)
      try lay(item.settings, from: suite)
    }
    try apply(source.rules, from: suite)
    if isScaled {
      try apply(profile.rules, from: .derived("profile \(profile.profile.name)"))
      for override in overrides where override.section == section {
        try lay(
          [Given(key: override.key, value: override.value, place: override.place, origin: .derived("--set"))],
          from: nil)
      }
    }
    return try resolved(layer, declared: declared, section, of: combination, owner: owner, check: check, &sources)
  }

  private func rejectUnknown(_ given: [Given], declared: [any SettingKey], owner: String) throws(SuiteError) {
    for one in given where !declared.contains(where: { $0.name == one.key }) {
      throw .setting(one.place, .unknown(key: one.key, owner: owner, known: declared.map(\.name)))
    }
  }

  private func resolved(
    _ layer: Layer, declared: [any SettingKey], _ section: Section, of combination: Combination, owner: String,
    check: ((Settings) throws(SettingsError) -> Void)?, _ sources: inout [String: Origin]
  ) throws(SuiteError) -> Settings {
    for setting in declared {
      let isDeclared = layer.values[setting.name].map { setting.kind.accept($0) == setting.standard } ?? true
      let given = layer.origins[setting.name]
      // A value that a suite only repeats keeps the source of its declaration, unless the suite names one.
      sources["\(section.rawValue).\(setting.name)"] =
        isDeclared && (given == nil || given == .derived("suite \(suiteName)"))
        ? setting.origin : given ?? .derived("suite \(suiteName)")
    }
    do {
      let settings = try Settings(declared, given: layer.values, owner: owner)
      try check?(settings)
      return settings
    } catch {
      let fallback = combination.item(section)?.place ?? source.place
      throw .setting(layer.places[error.key] ?? fallback, error)
    }
  }
}

extension SuiteSource.Rule {
  func applies(to combination: Resolution.Combination) -> Bool {
    conditions.allSatisfy { condition in
      guard let item = combination.item(condition.axis) else { return false }
      return condition.names.contains { $0.name == item.name || $0.name == item.label }
    }
  }
}

extension Vocabulary {
  func entries(_ section: SuiteSource.Section) -> [Entry] {
    switch section {
    case .dataset: datasets
    case .model: models
    case .method: methods
    case .quantization: quantizations
    case .recipe: []
    }
  }

  func entry(_ section: SuiteSource.Section, named name: String) -> Entry? {
    entries(section).first { $0.name == name }
  }
}

extension SettingKey {
  /// The current value times a factor, in this setting's own type.
  fileprivate func scaled(_ current: Value?, by factor: SuiteSource.Given) throws(SuiteError) -> Value {
    func wrong(_ found: Value) -> SuiteError {
      .wrongValue(factor.place, key: factor.key, allowed: "a number to multiply by", found: found.description)
    }
    guard let times = factor.value.double else { throw wrong(factor.value) }
    switch kind.accept(current ?? standard) {
    case .integer(let integer):
      let product = (Double(integer) * times).rounded()
      // Beyond 2^53 not every integer is a double, and no setting is that large.
      guard product.magnitude <= 0x1p53 else {
        throw .setting(
          factor.place,
          .invalid(key: factor.key, owner: "the product with \(times)", value: "\(product)", allowed: kind.allowed))
      }
      return .integer(Int(product))
    case .number(let number): return .number(number * times)
    default: throw wrong(.text("a factor for a setting that is not a number"))
    }
  }
}
