import ArgumentParser

/// A duration with a unit: 90s, 10m, 1.5h, 2d. A bare number is not accepted, because its unit would be ambiguous.
struct TimeSpan: Hashable, Sendable, ExpressibleByArgument {
  let duration: Duration
  private let text: String

  private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

  static func seconds(_ seconds: Int) -> TimeSpan {
    TimeSpan(
      duration: .seconds(seconds), text: seconds % 60 == 0 && seconds > 0 ? "\(seconds / 60)m" : "\(seconds)s")
  }

  init?(argument: String) {
    guard let unit = argument.last.flatMap({ TimeSpan.units[$0] }), let number = Double(argument.dropLast()),
      number > 0, number * unit <= 86_400 * 365
    else { return nil }
    self.init(duration: .seconds(number * unit), text: argument)
  }

  private init(duration: Duration, text: String) {
    self.duration = duration
    self.text = text
  }

  var defaultValueDescription: String { text }
}
