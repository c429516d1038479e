import Configuration

/// Every model a suite can name; another package gives its own to `SAMBenchProgram`.
public enum ModelCatalogue {
  private static let catalogue = Catalogue<any Model.Type>(
    of: "model", [ResNet.self, WideResNet.self, PyramidNet.self, MobileNet.self, MobileNetV2.self], name: { $0.name })

  /// The package's own, then the program's.
  public static var all: [any Model.Type] { catalogue.all }

  /// The model of that key, or nil.
  public static func named(_ name: String) -> (any Model.Type)? { catalogue.named(name) }

  /// Adds a program's own models, before anything is looked up.
  public static func add(_ models: [any Model.Type]) throws(CatalogueError) { try catalogue.add(models) }
}
