import Configuration
import Networks

/// A family of networks. A new one is one file that conforms to this protocol and one line in `ModelCatalogue`.
public protocol Model: SendableMetatype {
  /// The key in a suite file.
  static var name: String { get }
  /// One sentence for `list models`.
  static var summary: String { get }
  /// Raised whenever results change: part of a cell's identity.
  static var revision: Int { get }
  /// Depth, width and the like, with defaults, ranges and sources.
  static var settings: [any SettingKey] { get }
  /// Checks settings against each other; ranges have already been checked.
  static func check(_ settings: Settings) throws(SettingsError)
  /// The network for these settings.
  static func node(_ settings: Settings, input: Shape, classes: Int) -> Node
}

extension Model {
  public static func check(_ settings: Settings) throws(SettingsError) {}

  /// Checks settings against each other, and that the network they make can be built for every data set.
  package static func checkNetwork(_ settings: Settings) throws(SettingsError) {
    try check(settings)
    for classes in [10, 100] {
      do throws(NetworkError) {
        try node(settings, input: .image, classes: classes).check(input: .image, classes: classes)
      } catch {
        throw .unusable(owner: "model \(name)", reason: error.description)
      }
    }
  }
}
