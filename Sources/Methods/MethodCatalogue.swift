import Configuration

/// Every method a suite can name. A new one is added here, and falls under all contract tests; another package gives its
/// own to `SAMBenchProgram`.
public enum MethodCatalogue {
  private static let catalogue = Catalogue<any TrainingMethod.Type>(
    of: "method",
    [
      SGD.self, SAM.self, LookSAM.self, ESAM.self, SAF.self, MESA.self, AESAM.self, VSAM.self,
      ASAM.self, GSAM.self, FriendlySAM.self, MSAM.self, RST.self, GNP.self, WSAM.self, VaSSO.self,
    ], name: { $0.name })

  /// The package's own, then the program's.
  public static var all: [any TrainingMethod.Type] { catalogue.all }

  /// The ends of the scale of speeds: one gradient per iteration, and two.
  public static let scale: [any TrainingMethod.Type] = [SGD.self, SAM.self]

  /// The method of that key, or nil.
  public static func named(_ name: String) -> (any TrainingMethod.Type)? { catalogue.named(name) }

  /// Adds a program's own methods, before anything is looked up.
  public static func add(_ methods: [any TrainingMethod.Type]) throws(CatalogueError) { try catalogue.add(methods) }
}
