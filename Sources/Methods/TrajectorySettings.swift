import Configuration
import Tensors

/// What SAF and MESA share: the weight and temperature of the pull towards earlier outputs, and when it begins.
struct TrajectorySettings {
  let lambda, temperature: Double
  let start: Int

  init(_ settings: Settings) {
    lambda = settings.number("lambda")
    temperature = settings.number("temperature")
    start = settings.integer("start")
  }

  /// Active after the 0-based epoch `start`, as the authors' code compares (strictly greater).
  func isActive(in epoch: Int) -> Bool { lambda > 0 && epoch > start }

  /// Cross-entropy and the pull towards the first `count` values of `target`, which must outlive the gradient call.
  func objective(target: Vector, count: Int) -> Objective {
    Objective(
      trajectory: Objective.Trajectory(
        target: UnsafeBufferPointer(rebasing: target.readOnly[0..<count]), temperature: temperature, weight: lambda))
  }

  static func declared(lambda: Double, readme: String) -> [Setting] {
    [
      Setting(
        "lambda", .number(0...100), default: .number(lambda), "weight of the trajectory term", from: .code(readme)),
      Setting(
        "temperature", .number(0...1000, openBelow: true), default: 5, "temperature tau of both softmaxes",
        from: .code(readme)),
      Setting(
        "start", .integer(0...100_000), default: 5, "last 0-based epoch without the trajectory term, E_start",
        from: .code(readme)),
    ]
  }

  static let trace = TraceDeclaration(
    "l2_objective", unit: "1", "Euclidean norm of the gradient of loss and trajectory term over all parameters")
}
