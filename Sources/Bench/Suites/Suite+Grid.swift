import Configuration

extension Suite {
  /// The most cells of one suite. More are a mistake: the paper's tables need about two hundred.
  static let maximumCells = 100_000

  /// The suite at one profile: every combination of its axes, its settings resolved and checked.
  ///
  /// - Parameter overrides: settings from the command line, which override all others.
  public func grid(
    profile name: String, vocabulary: Vocabulary, overrides: [Override] = []
  ) throws(SuiteError) -> Grid {
    guard let profile = source.profiles.first(where: { $0.profile.name == name }) else {
      throw .unknownName(Place(file: file), kind: "profile", name: name, known: profiles)
    }
    let seeds =
      source.areSeedsLaidOver && !profile.areSeedsLaidOver ? source.seeds : profile.seeds ?? source.seeds
    let perSeed = source.datasets.count * source.models.count * source.methods.count
    let (count, overflow) = perSeed.multipliedReportingOverflow(by: seeds.count)
    guard !overflow, count <= Suite.maximumCells else {
      throw .tooManyCells(source.place, count: count, limit: Suite.maximumCells)
    }
    try checkNames(vocabulary)
    let resolution = Resolution(
      source: source, profile: profile, vocabulary: vocabulary, overrides: overrides, suiteName: self.name)
    try checkRules(vocabulary)
    try checkResources(vocabulary)
    try overrides.check(vocabulary)

    func entries(_ methods: [SuiteSource.Item]) throws(SuiteError) -> [Grid.Entry] {
      var entries: [Grid.Entry] = []
      for combination in combinations(of: methods) {
        entries.append(
          Grid.Entry(
            dataset: AxisItem(combination.dataset), model: AxisItem(combination.model),
            method: MethodRow(combination.method),
            cells: try resolution.cells(combination, seeds: seeds),
            published: published?.row(
              combination.method.published, model: combination.model.label, dataset: combination.dataset.label)))
      }
      return entries
    }
    return Grid(
      suite: self, profile: profile.profile, seeds: seeds, datasets: source.datasets.map(AxisItem.init(_:)),
      models: source.models.map(AxisItem.init(_:)), methods: source.methods.map(MethodRow.init(_:)),
      entries: try entries(source.methods), hiddenBaseline: try entries(source.hiddenBaseline.map { [$0] } ?? []))
  }

  /// Models outermost, then data sets, then methods.
  private func combinations(of methods: [SuiteSource.Item]) -> [Resolution.Combination] {
    source.models.flatMap { model in
      source.datasets.flatMap { dataset in
        methods.map { Resolution.Combination(dataset: dataset, model: model, method: $0) }
      }
    }
  }

  /// Every row's name must be in a catalogue.
  private func checkNames(_ vocabulary: Vocabulary) throws(SuiteError) {
    for axis in [SuiteSource.Section.dataset, .model, .method] {
      let known = vocabulary.entries(axis).map(\.name)
      let hidden = axis == .method ? source.hiddenBaseline.map { [$0] } ?? [] : []
      for item in source.items(axis) + hidden where !known.contains(item.name) {
        throw .unknownName(item.namePlace, kind: axis.rawValue, name: item.name, known: known)
      }
    }
    let known = vocabulary.quantizations.map(\.name)
    for scheme in source.methods.compactMap(\.scheme) where !known.contains(scheme.name) {
      throw .unknownName(scheme.namePlace, kind: "quantization", name: scheme.name, known: known)
    }
  }

  /// Every rule must use existing names, match something, and set only what it matches.
  private func checkRules(_ vocabulary: Vocabulary) throws(SuiteError) {
    for rule in source.protocolRules + source.rules + source.profiles.flatMap(\.rules) {
      for condition in rule.conditions { try check(condition, isShared: rule.isShared, vocabulary) }
      let matches = combinations(of: source.methods).filter(rule.applies(to:))
      guard rule.isShared || !matches.isEmpty else {
        throw .matchesNothing(rule.place, what: "this rule matches no row of the suite")
      }
      if let given = (rule.set[.dataset] ?? rule.scale[.dataset])?.first,
        let condition = rule.conditions.first(where: { $0.axis == .method })
      {
        // Rows that are compared must use the same images.
        throw .wrongValue(
          given.place, key: "dataset.\(given.key)", allowed: "the same for all methods",
          found: "set for \(condition.names.map(\.name).joined(separator: ", ")) alone")
      }
      for (section, given) in [rule.set, rule.scale].flatMap({ $0.sorted { $0.key.rawValue < $1.key.rawValue } }) {
        for one in given { try check(one, in: section, of: rule, matches: matches, vocabulary) }
      }
    }
  }

  /// A condition must use names of the suite; a shared one may use any of the catalogues.
  func check(_ condition: SuiteSource.Condition, isShared: Bool, _ vocabulary: Vocabulary) throws(SuiteError) {
    var known = source.items(condition.axis).flatMap { $0.label == $0.name ? [$0.name] : [$0.name, $0.label] }
    if isShared { known += vocabulary.entries(condition.axis).map(\.name) }
    for (name, place) in condition.names where !known.contains(name) {
      throw .unknownName(place, kind: condition.axis.rawValue, name: name, known: known.uniqued())
    }
  }

  /// A rule's setting must be declared by something that the rule can match.
  private func check(
    _ given: SuiteSource.Given, in section: SuiteSource.Section, of rule: SuiteSource.Rule,
    matches: [Resolution.Combination], _ vocabulary: Vocabulary
  ) throws(SuiteError) {
    var names = matches.compactMap { $0.item(section)?.name }
    if rule.isShared {
      let condition = rule.conditions.first { $0.axis == section }
      names += condition?.names.map(\.name) ?? vocabulary.entries(section).map(\.name)
    }
    names = names.uniqued()
    let entries = names.compactMap { vocabulary.entry(section, named: $0) }
    let declared = section == .recipe ? vocabulary.recipe : entries.flatMap(\.settings)
    if declared.contains(where: { $0.name == given.key }) { return }
    let known = declared.map(\.name).uniqued()
    guard section == .recipe || entries.count == 1 else {
      throw .unknownName(given.place, kind: "setting of a \(section.rawValue) here", name: given.key, known: known)
    }
    let owner = section == .recipe ? "the recipe" : "\(section.rawValue) \(entries[0].name)"
    throw .setting(given.place, .unknown(key: given.key, owner: owner, known: known))
  }
}

extension MethodRow {
  init(_ item: SuiteSource.Item) {
    self.init(
      name: item.name, label: item.label, head: item.head, published: item.published, quantization: item.scheme?.name)
  }
}

extension AxisItem {
  init(_ item: SuiteSource.Item) { self.init(name: item.name, label: item.label) }
}
