import Configuration

/// Every method that a suite can name. A method added here is covered by all contract tests; another package passes its
/// methods to `SAMBenchProgram`.
public enum MethodCatalogue {
  private static let catalogue = Catalogue<any TrainingMethod.Type>(
    of: "method",
    [
      SGD.self, SAM.self, LookSAM.self, ESAM.self, SAF.self, MESA.self, AESAM.self, VSAM.self,
      ASAM.self, GSAM.self, FriendlySAM.self, MSAM.self, RST.self, GNP.self, WSAM.self, VaSSO.self,
    ], name: { $0.name })

  /// The methods of this package, then those that the program adds.
  public static var all: [any TrainingMethod.Type] { catalogue.all }

  /// The two ends of the speed scale: one gradient per iteration, and two.
  public static let scale: [any TrainingMethod.Type] = [SGD.self, SAM.self]

  /// The method with this key, or nil.
  public static func named(_ name: String) -> (any TrainingMethod.Type)? { catalogue.named(name) }

  /// Adds the methods of a program. Call before the first lookup.
  public static func add(_ methods: [any TrainingMethod.Type]) throws(CatalogueError) { try catalogue.add(methods) }
}
