import Configuration

/// A suite as written in its files, not yet checked against the catalogues: names, values and their places.
struct SuiteSource: Sendable {
  enum Section: String, CaseIterable, Sendable {
    case dataset, model, method, quantization, recipe
  }

  /// One setting as written.
  struct Given: Sendable {
    let key: String
    let value: Value
    let place: Place
    /// Nil if the file names no source; the layer is then the origin.
    let origin: Origin?
  }

  /// A condition of a rule: names or labels of one axis.
  struct Condition: Sendable {
    let axis: Section
    let names: [(name: String, place: Place)]
  }

  struct Rule: Sendable {
    let conditions: [Condition]
    /// Values to set, and factors for numbers.
    let set: [Section: [Given]]
    let scale: [Section: [Given]]
    let place: Place
    /// From a shared protocol: it need not match anything in this suite.
    let isShared: Bool
  }

  /// One row of an axis.
  struct Item: Sendable {
    let name: String
    let label: String
    let head: String
    let published: PublishedKey
    let settings: [Given]
    let place: Place
    let namePlace: Place
    /// The quantization of this row's models, and the row whose final weights they start from.
    var scheme: Item? { schemes.first }
    var start: Start?
    /// None or one.
    fileprivate var schemes: [Item] = []
  }

  /// A row's `start`: the label of another row.
  struct Start: Sendable {
    let label: String
    let place: Place
  }

  struct ProfileSource: Sendable {
    var profile: Profile
    var seeds: [UInt64]?
    var rules: [Rule]
    /// Whether an overlay sets the profile's seeds.
    var areSeedsLaidOver = false
  }

  var recipe: [Given] = []
  var protocolRules: [Rule] = []
  var datasets: [Item] = []
  var models: [Item] = []
  var methods: [Item] = []
  /// The method that speeds are relative to, if it is not a row of the table.
  var hiddenBaseline: Item?
  var seeds: [UInt64] = []
  /// Whether an overlay sets the seeds, which then override those of profiles.
  var areSeedsLaidOver = false
  var rules: [Rule] = []
  var profiles: [ProfileSource] = []
  /// Resources of cells on a cluster, general before specific.
  var resources: [ResourceRule] = []
  var equivalence: [Column: Margin] = [:]
  /// From the protocol.
  var paperRuns: PaperRuns?
  var place: Place

  func items(_ axis: Section) -> [Item] {
    switch axis {
    case .dataset: datasets
    case .model: models
    case .method: methods
    case .quantization, .recipe: []
    }
  }
}

extension [SuiteSource.Item] {
  /// The label of one of these rows, as a document names it.
  func label(_ document: Document, _ key: String) throws(SuiteError) -> String {
    let label = try document.text(key)
    guard contains(where: { $0.label == label }) else {
      throw .unknownName(document.place, kind: "method row", name: label, known: map(\.label))
    }
    return label
  }
}

extension SuiteSource {
  /// `epochs: {value: 200, source: paper 4.1}` or `epochs: 200`.
  static func defaults(_ document: Document) throws(SuiteError) -> [Given] {
    var given: [Given] = []
    for member in try document.anyMembers(of: "defaults").members {
      if case .mapping = member.value.content {
        let members = try member.value.members(of: "the default of '\(member.key)'", known: ["value", "source"])
        given.append(
          Given(
            key: member.key, value: try members.required("value").scalar(member.key), place: member.place,
            origin: try origin(members["source"])))
      } else {
        given.append(
          Given(key: member.key, value: try member.value.scalar(member.key), place: member.place, origin: nil))
      }
    }
    return given
  }

  static func rules(_ document: Document, isShared: Bool) throws(SuiteError) -> [Rule] {
    try document.items(of: "rules").map { item throws(SuiteError) in try rule(item, isShared: isShared) }
  }

  private static func rule(_ document: Document, isShared: Bool) throws(SuiteError) -> Rule {
    let members = try document.members(of: "a rule", known: ["when", "set", "scale", "source"])
    var conditions: [Condition] = []
    if let when = members["when"] {
      let axes = try when.members(of: "'when'", known: ["model", "dataset", "method"])
      for member in axes.members {
        guard let axis = Section(rawValue: member.key) else { continue }
        conditions.append(Condition(axis: axis, names: try member.value.names(member.key)))
      }
    }
    let origin = try origin(members["source"])
    guard members["set"] != nil || members["scale"] != nil else {
      throw .missingKey(members.place, key: "set", within: members.within)
    }
    return Rule(
      conditions: conditions, set: try sections(members["set"], within: "'set'", origin: origin),
      scale: try sections(members["scale"], within: "'scale'", origin: origin), place: document.place,
      isShared: isShared)
  }

  private static func sections(
    _ document: Document?, within: String, origin: Origin?
  ) throws(SuiteError) -> [Section: [Given]] {
    guard let document else { return [:] }
    var sections: [Section: [Given]] = [:]
    for member in try document.members(of: within, known: Section.allCases.map(\.rawValue)).members {
      guard let section = Section(rawValue: member.key) else { continue }
      sections[section] = try member.value.anyMembers(of: member.key).settings(from: origin)
    }
    return sections
  }

  /// Rows of an axis: `{name, label, ...settings}`; method rows may add `head` and `published`.
  static func items(_ document: Document, axis: Section) throws(SuiteError) -> [Item] {
    var items: [Item] = []
    for row in try document.items(of: axis.rawValue + "s").flatMap({ $0.spread }) {
      let item = try item(row, axis: axis)
      if items.contains(where: { $0.label == item.label }) {
        throw .wrongValue(
          row.place, key: "label", allowed: "unique among the \(axis.rawValue)s", found: "a second '\(item.label)'")
      }
      items.append(item)
    }
    guard !items.isEmpty else {
      throw .wrongValue(
        document.place, key: axis.rawValue + "s", allowed: "a list with at least one row", found: "an empty one")
    }
    return items
  }

  static func item(_ row: Document, axis: Section) throws(SuiteError) -> Item {
    let members = try row.anyMembers(of: "a \(axis.rawValue)")
    let name = try members.required("name")
    let label = try (members["label"] ?? name).text("label")
    let isMethod = axis == .method
    let reserved = ["name", "label", "source"] + (isMethod ? SuiteSource.methodKeys : [])
    let origin = try origin(members["source"])
    let settings = try members.settings(except: reserved, from: origin)
    let published = try (isMethod ? members["published"] : nil).map { document throws(SuiteError) in try key(document) }
    let schemes = try (isMethod ? members["quantization"] : nil).map { document throws(SuiteError) in
      [try SuiteSource.scheme(document, origin: origin)]
    }
    let start = try (isMethod ? members["starts_from"] : nil).map { document throws(SuiteError) in
      Start(label: try document.text("starts_from"), place: document.place)
    }
    return Item(
      name: try name.text("name"), label: label, head: try (isMethod ? members["head"] : nil)?.text("head") ?? label,
      published: published ?? PublishedKey(method: label), settings: settings, place: row.place, namePlace: name.place,
      start: start, schemes: schemes ?? [])
  }

  /// Keys of a method row other than settings.
  private static let methodKeys = ["head", "published", "quantization", "starts_from"]

  /// `{scheme: lsq, weights: 4, activations: 4, first_last: 8}`.
  private static func scheme(_ document: Document, origin: Origin?) throws(SuiteError) -> Item {
    let members = try document.anyMembers(of: "'quantization'")
    let namePlace = try members.required("scheme").place
    let name = try members.required("scheme").text("scheme")
    return Item(
      name: name, label: name, head: name, published: PublishedKey(method: name),
      settings: try members.settings(except: ["scheme"], from: origin), place: document.place, namePlace: namePlace)
  }

  /// `{method: vSAM, alpha: 0.05}`: a row of the CSV file.
  static func key(_ document: Document) throws(SuiteError) -> PublishedKey {
    let members = try document.members(of: "'published'", known: ["method", "alpha", "gamma", "mark"])
    return PublishedKey(
      method: try members.required("method").text("method"), alpha: try members["alpha"]?.number("alpha"),
      gamma: try members["gamma"]?.number("gamma"), mark: try members["mark"]?.integer("mark", in: 1...9))
  }

  /// The seeds that a suite and the command line may name.
  static let allowedSeeds: ClosedRange<UInt64> = 0...UInt64(Int32.max)

  static func seeds(_ document: Document) throws(SuiteError) -> [UInt64] {
    var seeds: [UInt64] = []
    var seen: Set<UInt64> = []
    for item in try document.items(of: "seeds") {
      let seed = UInt64(try item.integer("seeds", in: Int(allowedSeeds.lowerBound)...Int(allowedSeeds.upperBound)))
      guard seen.insert(seed).inserted else {
        throw .wrongValue(item.place, key: "seeds", allowed: "different numbers", found: "\(seed) twice")
      }
      seeds.append(seed)
    }
    guard !seeds.isEmpty else {
      throw .wrongValue(document.place, key: "seeds", allowed: "a list with at least one seed", found: "an empty one")
    }
    return seeds
  }

  /// The images that a profile accepts.
  private enum Images: String, CaseIterable { case official, any }

  /// Merges profiles into those already read: a profile of the same name keeps values that are not overridden.
  mutating func addProfiles(_ document: Document, isShared: Bool) throws(SuiteError) {
    for member in try document.anyMembers(of: "profiles").members {
      guard FileName.isAllowed(member.key) else {
        throw .wrongValue(member.place, key: "a profile's name", allowed: FileName.allowed, found: "'\(member.key)'")
      }
      let members = try member.value.members(
        of: "profile '\(member.key)'",
        known: [
          "evidence", "scale", "comparable", "banner", "data", "interleave", "turns", "seeds", "rules",
        ])
      let index = profiles.firstIndex { $0.profile.name == member.key }
      let earlier = index.map { profiles[$0] }
      let images: Images? = try members["data"]?.word("data")
      let scale: Scale? = try members["scale"]?.word("scale")
      let isEvidence = try members["evidence"]?.flag("evidence") ?? earlier?.profile.isEvidence ?? true
      let profile = Profile(
        name: member.key, isEvidence: isEvidence, scale: scale ?? earlier?.profile.scale ?? .paper,
        comparable: try SuiteSource.comparable(members["comparable"]) ?? earlier?.profile.comparable
          ?? (isEvidence ? Set(Column.allCases) : []),
        banner: try members["banner"]?.text("banner") ?? earlier?.profile.banner,
        requiresOfficialData: images.map { $0 == .official } ?? earlier?.profile.requiresOfficialData ?? false,
        interleaving: try SuiteSource.interleaving(members) ?? earlier?.profile.interleaving ?? .none)
      let source = ProfileSource(
        profile: profile, seeds: try members["seeds"].map(SuiteSource.seeds(_:)) ?? earlier?.seeds,
        rules: (earlier?.rules ?? [])
          + (try members["rules"].map { document throws(SuiteError) in
            try SuiteSource.rules(document, isShared: isShared)
          } ?? []))
      if let index { profiles[index] = source } else { profiles.append(source) }
    }
  }

  /// `interleave: true`, `interleave: {steps: 2}`, or a fixed number of cells under its older name, `turns: 12`.
  private static func interleaving(_ members: Members) throws(SuiteError) -> Profile.Interleaving? {
    if let document = members["interleave"] {
      if case .mapping = document.content {
        let steps = try document.members(of: "'interleave'", known: ["steps"]).required("steps")
        return .steps(try steps.integer("steps", in: 2...1000))
      }
      return try document.flag("interleave") ? .compared : Profile.Interleaving.none
    }
    return try members["turns"].map { document throws(SuiteError) in .cells(try document.integer("turns", in: 1...64)) }
  }

  /// `paper 4.1`, `code owner/name path`, `derived: how`, `assumed: why`.
  static func origin(_ document: Document?) throws(SuiteError) -> Origin? {
    guard let document else { return nil }
    let text = try document.text("source")
    for (prefix, make) in [
      ("paper ", Origin.paper), ("code ", Origin.code), ("derived: ", Origin.derived), ("assumed: ", Origin.assumed),
    ] where text.hasPrefix(prefix) {
      return make(String(text.dropFirst(prefix.count)))
    }
    throw .wrongValue(
      document.place, key: "source",
      allowed: "text like 'paper 4.1', 'code owner/name path', 'derived: how' or 'assumed: why'", found: "'\(text)'")
  }
}

extension Document {
  /// The most rows that one row may expand to; more are a mistake.
  static let maximumSpread = 1000

  /// Expands a row whose settings are lists, such as `{name: sam, rho: [0.05, 0.1]}`, to a row for each combination of
  /// their values, with the values in its label. Any other row is returned unchanged.
  var spread: [Document] {
    guard case .mapping(let members) = content else { return [self] }
    var rows: [[Member]] = [[]]
    var labels: [String] = [""]
    for member in members {
      guard case .list(let values) = member.value.content, !values.isEmpty,
        values.allSatisfy({ if case .scalar = $0.content { true } else { false } }),
        rows.count * values.count <= Document.maximumSpread
      else {
        rows = rows.map { $0 + [member] }
        continue
      }
      labels = labels.flatMap { label in values.map { "\(label) \(member.key) \($0.plain)" } }
      rows = rows.flatMap { row in
        values.map { row + [Member(key: member.key, place: member.place, value: $0)] }
      }
    }
    guard rows.count > 1 else { return [self] }
    let name = members.first { $0.key == "label" } ?? members.first { $0.key == "name" }
    return zip(rows, labels).map { row, values in
      guard let name else { return Document(place, .mapping(row)) }
      let label = Document(name.place, .scalar(.text(name.value.plain + values)))
      return Document(
        place, .mapping(row.filter { $0.key != "label" } + [Member(key: "label", place: name.place, value: label)]))
    }
  }

  private var plain: String { if case .scalar(let value) = content { value.description } else { "" } }
}
