import Configuration

/// The contents of the catalogues, for suites: names, declared settings, revisions. With it, a suite can be checked,
/// counted and printed without computing anything.
public struct Vocabulary: Sendable {
  /// One method, model or data set.
  public struct Entry: Sendable {
    public let name: String
    public let revision: Int
    public let settings: [any SettingKey]
    /// Checks settings against each other; ranges have been checked.
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
  /// Quantization schemes.
  public var quantizations: [Entry]
  public var recipe: [any SettingKey]

  public init(
    datasets: [Entry], models: [Entry], methods: [Entry], quantizations: [Entry] = [], recipe: [any SettingKey]
  ) {
    self.datasets = datasets
    self.models = models
    self.methods = methods
    self.quantizations = quantizations
    self.recipe = recipe
  }
}
