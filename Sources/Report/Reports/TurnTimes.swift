import Records
import Statistics
import Store

/// Seconds per step in each turn of a cell whose turns are counted in steps, without the first turn, which fills the
/// method's memory.
struct TurnTimes: Sendable {
  /// Mean wall and processor seconds per step, by turn.
  private(set) var wall: [Int: Double] = [:]
  private(set) var processor: [Int: Double] = [:]

  /// - Returns: nil for a cell whose steps were not timed.
  init?(_ summary: RunRecord) {
    func column(_ name: String) -> [Double]? {
      summary.trace(name)?.map(Double.init)
    }
    guard let turns = column("step_turn"), let wall = column("step_seconds"),
      let processor = column("step_processor_seconds")
    else { return nil }
    for (turn, steps) in Dictionary(grouping: turns.indices, by: { Int(turns[$0]) }) where turn > 1 {
      func mean(_ values: [Double]) -> Double { steps.reduce(0) { $0 + values[$1] } / Double(steps.count) }
      (self.wall[turn], self.processor[turn]) = (mean(wall), mean(processor))
    }
  }

  /// Relative speeds of a cell, of SGD and of SAM in the turns that all three have.
  static func together(
    _ own: TurnTimes, _ one: TurnTimes, _ two: TurnTimes, _ times: KeyPath<TurnTimes, [Int: Double]>
  ) -> [(speed: Double, one: Double, two: Double)] {
    own[keyPath: times].sorted { $0.key < $1.key }.compactMap { turn, seconds in
      guard let first = one[keyPath: times][turn], let second = two[keyPath: times][turn], seconds > 0, first > 0,
        second > 0
      else { return nil }
      return (1 / seconds, 1 / first, 1 / second)
    }
  }
}
