import Foundation

/// How many times as fast a training step runs on some threads as on one: measured where it was measured, a straight line
/// between two measurements, a guess beyond the last.
package struct ThreadScaling: Codable, Hashable, Sendable {
  /// What was measured: a network's name.
  package var origin: String
  /// Images a second by number of threads, one thread among them.
  package var speeds: [Int: Double]

  package init(origin: String, speeds: [Int: Double]) {
    self.origin = origin
    self.speeds = speeds
  }

  /// Numbers of threads to measure on a machine of so many processors: powers of two, and all of them.
  package static func threads(upTo processors: Int) -> [Int] {
    Array(sequence(first: 1) { 2 * $0 }.prefix { $0 < processors }) + [processors]
  }

  /// Whether more threads are asked for than were measured.
  package func extrapolates(to threads: Int) -> Bool { threads > most }

  /// - Parameter threads: at least 1. Beyond the most that were measured by Amdahl's law through that measurement: the share of
  ///   the step that gains nothing stays what it is there.
  package func speedup(_ threads: Int) -> Double {
    guard !extrapolates(to: threads) else {
      let last = measured(most)
      if most == 1 { return Double(threads) }
      // More threads than gained nothing gain nothing.
      if last <= 1 { return last }
      let idle = max(0, (Double(most) / last - 1) / Double(most - 1))
      return 1 / (idle + (1 - idle) / Double(threads))
    }
    let known = speeds.keys.sorted()
    let upper = known.first { $0 >= threads } ?? most
    let lower = known.last { $0 <= threads } ?? 1
    guard upper > lower else { return measured(upper) }
    let part = Double(threads - lower) / Double(upper - lower)
    return measured(lower) + part * (measured(upper) - measured(lower))
  }

  /// The most threads that were measured.
  package var most: Int { speeds.keys.max() ?? 1 }

  private func measured(_ threads: Int) -> Double { (speeds[threads] ?? 1) / (speeds[1] ?? 1) }

  /// Whether a machine can have measured it.
  var isPlausible: Bool {
    speeds[1] != nil
      && speeds.allSatisfy { (1...4096).contains($0.key) && Calibration.Network.speeds.contains($0.value) }
  }
}
