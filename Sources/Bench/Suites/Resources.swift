import Configuration

/// The resources that one cell requests from a cluster's scheduler. Not part of its identity: no number depends on
/// them.
public struct Resources: Hashable, Sendable {
  /// Processors, which is also the number of threads.
  public var cpus: Int
  /// Megabytes for the whole cell.
  public var memory: Int
  /// The time limit of a job in minutes. A cell that needs longer writes a checkpoint and resumes in the next job, so
  /// this depends on the queue and not on the cell.
  public var minutes: Int
  /// Whether the job needs a node without other jobs, beside which speeds are not valid.
  public var isExclusive: Bool

  /// The resources of cells that no rule matches.
  public static let standard = Resources(cpus: 4, memory: 4096, minutes: 24 * 60, isExclusive: false)

  public init(cpus: Int, memory: Int, minutes: Int, isExclusive: Bool) {
    self.cpus = cpus
    self.memory = memory
    self.minutes = minutes
    self.isExclusive = isExclusive
  }
}

extension Resources {
  /// Minutes of a time as schedulers write it, `2-12:00:00`, `12:00:00` or `90:00`, rounded up; nil for anything else.
  public static func minutes(_ text: String) -> Int? {
    guard let match = text.wholeMatch(of: /(?:([0-9]{1,3})-)?(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-9]{2})/),
      match.1 == nil || match.2 != nil
    else { return nil }
    func number(_ part: Substring?) -> Int { part.flatMap { Int($0) } ?? 0 }
    let minutes = (number(match.1) * 24 + number(match.2)) * 60 + number(match.3) + (number(match.4) > 0 ? 1 : 0)
    return minutes > 0 ? minutes : nil
  }

  /// Megabytes of `8G` or `800M`; nil for anything else.
  public static func megabytes(_ text: String) -> Int? {
    guard let match = text.wholeMatch(of: /([0-9]{1,6})([MG])/), let number = Int(match.1), number > 0 else {
      return nil
    }
    return match.2 == "G" ? number * 1024 : number
  }
}

/// One entry of `resources:`, for some rows at some profiles.
struct ResourceRule: Sendable {
  let conditions: [SuiteSource.Condition]
  /// Empty for all profiles.
  let profiles: [(name: String, place: Place)]
  var cpus: Int?
  var memory: Int?
  var minutes: Int?
  var isExclusive: Bool?
  let place: Place
  /// From a shared protocol: it need not match anything in this suite.
  let isShared: Bool

  static func rules(_ document: Document, isShared: Bool) throws(SuiteError) -> [ResourceRule] {
    try document.items(of: "resources").map { item throws(SuiteError) in try ResourceRule(item, isShared: isShared) }
  }

  private init(_ document: Document, isShared: Bool) throws(SuiteError) {
    let members = try document.members(of: "a resource rule", known: ["when", "set"])
    var conditions: [SuiteSource.Condition] = []
    var profiles: [(name: String, place: Place)] = []
    if let when = members["when"] {
      for member in try when.members(of: "'when'", known: ["model", "dataset", "method", "profile"]).members {
        let names = try member.value.names(member.key)
        if let axis = SuiteSource.Section(rawValue: member.key) {
          conditions.append(SuiteSource.Condition(axis: axis, names: names))
        } else {
          profiles = names
        }
      }
    }
    (self.conditions, self.profiles, self.place, self.isShared) = (conditions, profiles, document.place, isShared)
    let set = try members.required("set").members(of: "'set'", known: ["cpus", "memory", "time", "exclusive"])
    cpus = try set["cpus"]?.integer("cpus", in: 1...4096)
    memory = try set["memory"].map { document throws(SuiteError) in
      try document.parsed("memory", as: "a size like 8G or 800M", Resources.megabytes)
    }
    minutes = try set["time"].map { document throws(SuiteError) in
      try document.parsed("time", as: "a time like 12:00:00 or 2-00:00:00", Resources.minutes)
    }
    isExclusive = try set["exclusive"]?.flag("exclusive")
  }

  func applies(to cell: Cell, profile: String) -> Bool {
    guard profiles.isEmpty || profiles.contains(where: { $0.name == profile }) else { return false }
    return conditions.allSatisfy { condition in
      let component =
        switch condition.axis {
        case .dataset: cell.dataset
        case .model: cell.model
        case .method, .quantization, .recipe: cell.method
        }
      return condition.names.contains { $0.name == component.name || $0.name == component.label }
    }
  }
}

extension Suite {
  /// The resources of a cell at a profile: the standard, modified by matching rules in order.
  public func resources(for cell: Cell, profile: String) -> Resources {
    var resources = Resources.standard
    for rule in source.resources where rule.applies(to: cell, profile: profile) {
      if let cpus = rule.cpus { resources.cpus = cpus }
      if let memory = rule.memory { resources.memory = memory }
      if let minutes = rule.minutes { resources.minutes = minutes }
      if let isExclusive = rule.isExclusive { resources.isExclusive = isExclusive }
    }
    return resources
  }

  /// Every resource rule must use existing names.
  func checkResources(_ vocabulary: Vocabulary) throws(SuiteError) {
    for rule in source.resources {
      for condition in rule.conditions { try check(condition, isShared: rule.isShared, vocabulary) }
      for (name, place) in rule.profiles where !profiles.contains(name) {
        throw .unknownName(place, kind: "profile", name: name, known: profiles)
      }
    }
  }
}

extension Document {
  fileprivate func parsed<Result>(
    _ key: String, as allowed: String, _ parse: (String) -> Result?
  ) throws(SuiteError) -> Result {
    guard case .scalar(.text(let text)) = content, let result = parse(text) else {
      throw .wrongValue(place, key: key, allowed: allowed, found: found)
    }
    return result
  }
}
