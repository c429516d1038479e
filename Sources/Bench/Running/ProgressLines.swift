import Configuration
import Foundation
import Synchronization
import Training

/// Reports the progress of a run on standard error: on a terminal, one live line per running cell and one for the
/// total; in a log, a plain line for each finished cell and at most one every half minute.
package final class ProgressLines: RunObserver {
  private struct State {
    var due: [RunPlan.Item] = []
    var done = 0
    var bad = 0
    var estimate: Estimate
    var running: [Int: Running] = [:]
    /// The number of lines on the terminal that the next update replaces.
    var drawn = 0
    /// Whether the response to Ctrl-C is below the lines: they stay, and new ones follow it.
    var isAcknowledged = false
    var lastDrawing = ContinuousClock.now
    var start = ContinuousClock.now
  }

  private struct Running {
    let item: RunPlan.Item
    var progress: TrainingProgress?
  }

  private let state: Mutex<State>
  private let isTerminal: Bool
  private let jobs: Int
  private let interval: Duration
  private let size: @Sendable () -> Terminal.Size
  private let write: @Sendable (String) -> Void

  /// - Parameters:
  ///   - isTerminal: whether the cursor can be moved.
  ///   - write: the output, standard error by default.
  ///   - size: the size of the terminal, read before each update.
  package init(
    isTerminal: Bool, jobs: Int, estimate: Estimate,
    write: @escaping @Sendable (String) -> Void = { StandardStream.error.write($0) },
    size: @escaping @Sendable () -> Terminal.Size = { .current }
  ) {
    self.isTerminal = isTerminal
    self.jobs = jobs
    self.size = size
    self.write = write
    interval = isTerminal ? .milliseconds(200) : .seconds(30)
    state = Mutex(State(estimate: estimate))
  }

  package func began(_ runPlan: RunPlan, due: [RunPlan.Item]) {
    state.withLock { state in
      state.due = due
      state.start = .now
      state.lastDrawing = .now
      let there = runPlan.items.count - due.count
      var text =
        "\(runPlan.heading): \(counted(runPlan.items.count, "cell")), \(there == 0 ? "none finished yet" : "\(there) finished"), \(due.count) to train"
      if let seconds = state.estimate.seconds(for: due), !due.isEmpty {
        text += ", about \(spoken(seconds: seconds / Double(jobs)))"
      }
      write(text + "\n")
    }
  }

  package func started(_ item: RunPlan.Item, slot: Int) {
    state.withLock { state in
      state.running[slot] = Running(item: item)
      if isTerminal { draw(&state) }
    }
  }

  package func stepped(_ item: RunPlan.Item, slot: Int, _ progress: TrainingProgress) {
    state.withLock { state in
      state.running[slot]?.progress = progress
      guard state.lastDrawing.duration(to: .now) >= interval else { return }
      if isTerminal {
        draw(&state)
      } else {
        state.lastDrawing = .now
        write("\(line(state.running[slot]!)); \(total(state))\n")
      }
    }
  }

  package func finished(_ item: RunPlan.Item, slot: Int, ending: RunReport.Ending, seconds: Double) {
    state.withLock { state in
      let running = state.running.removeValue(forKey: slot)
      if ending.isFinal { state.done += 1 }
      if ending.isBad { state.bad += 1 }
      if ending == .ended(.finished), let progress = running?.progress {
        state.estimate.add(
          item.cell, images: progress.images, costPerIteration: item.cell.expectedCost, seconds: seconds)
      }
      clear(&state)
      var text = "\(item.alias): \(ending.word)"
      switch ending {
      case .ended(.diverged(let iteration)): text += " at iteration \(iteration)"
      case .ended(.failed(let reason)), .blocked(let reason), .refused(let reason): text += ": \(reason)"
      case .held(let holder): text += " by \(holder)"
      case .ended(.finished), .stopped, .missing: break
      }
      text += ", \(spoken(seconds: seconds))"
      if ending == .ended(.finished), let accuracy = running?.progress?.testAccuracy {
        text += String(format: ", \(item.dataset.accuracyWord) %.1f %%", accuracy)
      }
      if let progress = running?.progress, progress.trainingSeconds > 0 {
        text += String(format: ", %.0f images/s", Double(progress.images) / progress.trainingSeconds)
      }
      write(text.visible + " [\(state.done)/\(state.due.count)]\n")
      if isTerminal { draw(&state) }
    }
  }

  package func noted(_ item: RunPlan.Item, _ text: String) {
    state.withLock { state in
      clear(&state)
      write("\(item.alias): \(text)".visible + "\n")
      if isTerminal { draw(&state) }
    }
  }

  package func ended() { state.withLock { clear(&$0) } }

  /// Removes the live lines before other output.
  private func clear(_ state: inout State) {
    if !state.isAcknowledged && Interruption.isAcknowledged { (state.isAcknowledged, state.drawn) = (true, 0) }
    guard state.drawn > 0 else { return }
    // Text typed in the meantime, such as ^C, may have moved the cursor from the first column.
    write("\r\u{1B}[\(state.drawn)A\u{1B}[J")
    state.drawn = 0
  }

  private func draw(_ state: inout State) {
    clear(&state)
    let size = size()
    // Lines that wrap or scroll away cannot be replaced, so they are cut to the size of the terminal.
    let running = state.running.sorted { $0.key < $1.key }.prefix(max(0, size.rows - 2)).map { line($0.value) }
    let lines = running + [total(state)]
    write(lines.map { $0.visible.fitting(columns: size.columns - 1) + "\n" }.joined())
    state.drawn = lines.count
    state.lastDrawing = .now
  }

  /// Numbers come before names, so that they are visible on a narrow terminal.
  private func line(_ running: Running) -> String {
    guard let progress = running.progress else { return "starting, \(running.item.alias)" }
    let speed = progress.trainingSeconds > 0 ? Double(progress.images) / progress.trainingSeconds : 0
    let share = 100 * Double(progress.iteration) / Double(max(1, progress.iterations))
    var text = String(
      format: "%3.0f %%, epoch %d/%d, loss %.3f, %.0f images/s", share, progress.epoch, progress.epochs, progress.loss,
      speed)
    if let accuracy = progress.testAccuracy {
      text += String(format: ", \(running.item.dataset.accuracyWord) %.1f %%", accuracy)
    }
    return "\(text), \(running.item.alias)"
  }

  private func total(_ state: State) -> String {
    var text = "\(state.done) of \(counted(state.due.count, "cell")) done"
    if state.bad > 0 { text += ", \(state.bad) failed or diverged" }
    text += ", \(spoken(seconds: state.start.duration(to: .now) / .seconds(1)))"
    let left = state.due.dropFirst(state.done)
    // Until the first cell of a model is done, its running cells provide the estimate.
    var estimate = state.estimate
    for running in state.running.values where state.estimate.seconds(for: running.item) == nil {
      guard let progress = running.progress, progress.trainingSeconds > 0 else { continue }
      estimate.add(
        running.item.cell, images: progress.images, costPerIteration: running.item.cell.expectedCost,
        seconds: progress.trainingSeconds)
    }
    if let seconds = estimate.seconds(for: left) {
      let spent = state.running.values.reduce(0) { $0 + ($1.progress?.trainingSeconds ?? 0) }
      text += ", about \(spoken(seconds: max(0, seconds - spent) / Double(jobs))) left"
    }
    return text
  }
}
