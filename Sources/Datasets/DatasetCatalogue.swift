import Configuration
import Foundation

/// A data set that a suite can name. A new one is one file that conforms to this protocol and one line in
/// `DatasetCatalogue`.
public protocol DatasetSource: SendableMetatype {
  /// The key in a suite file.
  static var name: String { get }
  /// As the paper writes it.
  static var title: String { get }
  /// One sentence for `list datasets`.
  static var summary: String { get }
  /// How many labels there are; they count from 0.
  static var classes: Int { get }
  /// Every setting with default, range and source.
  static var settings: [any SettingKey] { get }
  /// Reads or makes the images.
  ///
  /// - Parameters:
  ///   - folder: where data files are; nil when there are none.
  ///   - policy: what the profile accepts.
  static func load(_ settings: Settings, folder: DataFolder?, policy: DataPolicy) throws(DatasetError) -> Dataset
}

/// Every data set a suite can name; another package gives its own to `SAMBenchProgram`.
public enum DatasetCatalogue {
  private static let catalogue = Catalogue<any DatasetSource.Type>(
    of: "data set", [CIFAR10.self, CIFAR100.self], name: { $0.name })

  /// The package's own, then the program's.
  public static var all: [any DatasetSource.Type] { catalogue.all }

  /// The data set of that key, or nil.
  public static func named(_ name: String) -> (any DatasetSource.Type)? { catalogue.named(name) }

  /// Adds a program's own data sets, before anything is looked up.
  public static func add(_ datasets: [any DatasetSource.Type]) throws(CatalogueError) { try catalogue.add(datasets) }
}

/// What a profile accepts as data.
public enum DataPolicy: String, Sendable, CaseIterable {
  /// Files when there are any, the generated stand-in otherwise.
  case standInAllowed
  /// All official files, whole, with the published checksums.
  case officialOnly
}

/// The folder that holds the data sets' own folders.
public struct DataFolder: Hashable, Sendable {
  /// As it was named.
  public let path: String
  /// Whether a person named it. A named folder without the files is an error; the standard one is only looked into.
  public let isNamed: Bool

  /// A folder that need not exist.
  public init(path: String, isNamed: Bool) {
    self.path = path
    self.isNamed = isNamed
  }

  /// The folder in force: the command line's, else `SAMBENCH_DATA`, else `data` in the working folder if there is one.
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
