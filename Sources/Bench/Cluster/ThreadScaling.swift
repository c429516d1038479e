import Foundation

/// The speedup of a training step by number of threads. It is interpolated linearly between measurements and
/// extrapolated beyond the last.
package struct ThreadScaling: Codable, Hashable, Sendable {
  /// The name of the measured network.
  package var origin: String
  /// Images per second by number of threads, including one thread.
  package var speeds: [Int: Double]

  package init(origin: String, speeds: [Int: Double]) {
    self.origin = origin
    self.speeds = speeds
  }

  /// Numbers of threads to measure: the powers of two up to the number of processors, and that number itself.
  package static func threads(upTo processors: Int) -> [Int] {
    Array(sequence(first: 1) { 2 * $0 }.prefix { $0 < processors }) + [processors]
  }

  /// Whether `threads` exceeds the measured numbers.
  package func extrapolates(to threads: Int) -> Bool { threads > most }

  /// - Parameter threads: at least 1. Beyond the largest measured number, Amdahl's law applies with the serial share of
  ///   that measurement.
  package func speedup(_ threads: Int) -> Double {
    guard !extrapolates(to: threads) else {
      let last = measured(most)
      if most == 1 { return Double(threads) }
      // If the last measurement shows no speedup, more threads give none either.
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

  /// The largest number of threads that was measured.
  package var most: Int { speeds.keys.max() ?? 1 }

  private func measured(_ threads: Int) -> Double { (speeds[threads] ?? 1) / (speeds[1] ?? 1) }

  var isPlausible: Bool {
    speeds[1] != nil
      && speeds.allSatisfy { (1...4096).contains($0.key) && Calibration.Network.speeds.contains($0.value) }
  }
}
