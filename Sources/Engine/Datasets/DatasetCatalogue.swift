import Configuration
import Foundation

/// A data set that a suite can name. To add one, write a type that conforms to this protocol and register it with one
/// line in `DatasetCatalogue`.
public protocol DatasetSource: SendableMetatype {
  /// The key in a suite file.
  static var name: String { get }
  /// The name in the paper.
  static var title: String { get }
  /// One sentence for `list datasets`.
  static var summary: String { get }
  /// Number of classes; labels count from 0.
  static var classes: Int { get }
  /// All settings with default, range and source; with `Validation.setting`, methods can be tuned on the data set.
  static var settings: [any SettingKey] { get }
  /// Reads or generates the images.
  ///
  /// - Parameters:
  ///   - folder: the folder of the data files; nil if there is none.
  ///   - policy: the data that the profile accepts.
  static func load(_ settings: Settings, folder: DataFolder?, policy: DataPolicy) throws(DatasetError) -> Dataset
}

/// All data sets that a suite can name. Other packages add theirs through `SAMBenchProgram`.
public enum DatasetCatalogue {
  private static let catalogue = Catalogue<any DatasetSource.Type>(
    of: "data set", [CIFAR10.self, CIFAR100.self], name: { $0.name })

  /// The data sets of this package, then those of the program.
  public static var all: [any DatasetSource.Type] { catalogue.all }

  /// The data set with this key, or nil.
  public static func named(_ name: String) -> (any DatasetSource.Type)? { catalogue.named(name) }

  /// Adds data sets of a program at startup, before the catalogue is read.
  public static func add(_ datasets: [any DatasetSource.Type]) throws(CatalogueError) { try catalogue.add(datasets) }
}

/// The data that a profile accepts.
public enum DataPolicy: String, Sendable, CaseIterable {
  /// Files if there are any, otherwise generated images.
  case standInAllowed
  /// All official files, complete and with the published checksums.
  case officialOnly
}

/// The folder that contains the folders of the data sets.
public struct DataFolder: Hashable, Sendable {
  /// The path as given.
  public let path: String
  /// Whether the folder was given explicitly. An explicit folder without the files is an error; the default one may
  /// lack them.
  public let isNamed: Bool

  /// Creates a data folder, which need not exist.
  public init(path: String, isNamed: Bool) {
    self.path = path
    self.isNamed = isNamed
  }

  /// The folder of the command line, else of `SAMBENCH_DATA`, else `data` in the working folder if it exists.
  public static func locate(
    option: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
    workingFolder: String = FileManager.default.currentDirectoryPath
  ) -> DataFolder? {
    if let option { return DataFolder(path: option, isNamed: true) }
    if let named = environment["SAMBENCH_DATA"], !named.isEmpty { return DataFolder(path: named, isNamed: true) }
    let standard = workingFolder + "/data"
    return isFolder(standard) ? DataFolder(path: standard, isNamed: false) : nil
  }
}
