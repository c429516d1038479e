import Configuration
import Core

/// Plain stochastic gradient descent; its one gradient per iteration fixes the top of the speed scale.
///
///     d = g
///
/// Defaults: `{name: sgd}`
///
/// Reference: Robbins and Monro 1951.
public final class SGD: TrainingMethod {
  public static let name = "sgd"
  public static let summary = "Stochastic gradient descent: d = g."
  public static let source = Citation("Robbins and Monro", "A Stochastic Approximation Method", 1951)
  public static let revision = 1
  public static let settings: [any SettingKey] = []
  public static let traces: [Trace] = [.sgdNorm]

  public static func plannedShare(_ settings: Settings) -> Double { 0 }

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {}

  public func direction(_ step: Step, into d: Vector) { step.firstGradient(into: d) }
}
