import Foundation
import Methods

/// The time of each step of cells that are interleaved in turns of a fixed number of steps, so that speed can be
/// measured per turn and disturbed turns can be detected.
struct StepClock {
  static let traces = [turn, seconds, processor, stolen]
  private static let turn = Trace(
    "step_turn", unit: "1", "turn of the step, 1-based; equal turns of compared cells belong together",
    isTiming: true)
  private static let seconds = Trace("step_seconds", unit: "s", "wall time of the step, data included", isTiming: true)
  private static let processor = Trace(
    "step_processor_seconds", unit: "s", "processor time of the program during the step", isTiming: true)
  private static let stolen = Trace(
    "step_stolen_seconds", unit: "s", "processor time stolen by the host of the virtual machine during the step",
    isTiming: true)

  let stepsPerTurn: Int
  private var processorStart = 0.0
  private var stolenStart = 0.0

  init(stepsPerTurn: Int) { self.stepsPerTurn = stepsPerTurn }

  mutating func start() { (processorStart, stolenStart) = (StepClock.processorTime, StepClock.stolenTime) }

  /// - Parameters:
  ///   - iteration: the iteration of the step, 1-based.
  ///   - seconds: the wall time of the step.
  func record(iteration: Int, seconds: Double, in recorder: TraceRecorder) {
    recorder.record(StepClock.turn, Double((iteration - 1) / stepsPerTurn + 1))
    recorder.record(StepClock.seconds, seconds)
    recorder.record(StepClock.processor, StepClock.processorTime - processorStart)
    recorder.record(StepClock.stolen, StepClock.stolenTime - stolenStart)
  }

  private static var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Seconds stolen from all processors since the machine started; 0 if unknown.
  private static var stolenTime: Double {
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let fields = text.split(separator: "\n").first?.split(separator: " "), fields.count > 8, fields[0] == "cpu",
      let ticks = Double(fields[8])
    else { return 0 }
    return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
