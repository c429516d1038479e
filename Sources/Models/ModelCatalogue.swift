/// Every model a suite can name.
public enum ModelCatalogue {
  public static let all: [any Model.Type] = [ResNet.self, WideResNet.self, PyramidNet.self]

  public static func named(_ name: String) -> (any Model.Type)? { all.first { $0.name == name } }
}
