/// Every method a suite can name. A new one is added here, and falls under all contract tests.
public enum MethodCatalogue {
  public static let all: [any TrainingMethod.Type] = [
    SGD.self, SAM.self, LookSAM.self, ESAM.self, SAF.self, MESA.self, AESAM.self, AELookSAM.self, VSAM.self,
  ]

  public static func named(_ name: String) -> (any TrainingMethod.Type)? { all.first { $0.name == name } }
}
