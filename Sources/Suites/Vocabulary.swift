import Configuration

/// What the catalogues know, told to suites by whoever sees both: names, declared settings, revisions. With it a suite
/// can be checked, counted and printed without computing anything.
public struct Vocabulary: Sendable {
  /// One method, model or data set.
  public struct Entry: Sendable {
    public let name: String
    public let revision: Int
    public let settings: [any SettingKey]
    /// Checks settings against each other; ranges are checked already.
    public let check: @Sendable (Settings) throws(SettingsError) -> Void

    public init(
      name: String, revision: Int, settings: [any SettingKey],
      check: @escaping @Sendable (Settings) throws(SettingsError) -> Void = { (_) throws(SettingsError) in }
    ) {
      self.name = name
      self.revision = revision
      self.settings = settings
      self.check = check
    }
  }

  public var datasets: [Entry]
  public var models: [Entry]
  public var methods: [Entry]
  /// Schemes of quantisation.
  public var quantizations: [Entry]
  public var recipe: [any SettingKey]
  /// Names a suite may use although no catalogue has them yet: their rows show as "not run". Any other name is an error.
  public var planned: Set<String>

  public init(
    datasets: [Entry], models: [Entry], methods: [Entry], quantizations: [Entry] = [], recipe: [any SettingKey],
    planned: Set<String> = []
  ) {
    self.datasets = datasets
    self.models = models
    self.methods = methods
    self.quantizations = quantizations
    self.recipe = recipe
    self.planned = planned
  }
}
