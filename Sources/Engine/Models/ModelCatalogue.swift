import Configuration

/// Every model that a suite can name; another package passes its models to `SAMBenchProgram`.
public enum ModelCatalogue {
  private static let catalogue = Catalogue<any Model.Type>(
    of: "model", [ResNet.self, WideResNet.self, PyramidNet.self, MobileNet.self, MobileNetV2.self], name: { $0.name })

  /// The models of this package, then those that the program adds.
  public static var all: [any Model.Type] { catalogue.all }

  /// The model with this key, or nil.
  public static func named(_ name: String) -> (any Model.Type)? { catalogue.named(name) }

  /// Adds the models of a program. Call before the first lookup.
  public static func add(_ models: [any Model.Type]) throws(CatalogueError) { try catalogue.add(models) }
}
