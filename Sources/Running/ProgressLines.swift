import Configuration
import Foundation
import Synchronization
import Training

/// Tells on standard error how a run goes: on a terminal one live line per running cell and one for the total, in a
/// log a plain line for each finished cell and at most every half minute.
package final class ProgressLines: RunObserver {
  private struct State {
    var due: [Agenda.Item] = []
    var done = 0
    var bad = 0
    var estimate: Estimate
    var running: [Int: Running] = [:]
    /// Lines on the terminal that the next drawing replaces.
    var drawn = 0
    /// Whether the answer to Ctrl-C stands below the lines: they stay as they are, and new ones follow it.
    var isAcknowledged = false
    var lastDrawing = ContinuousClock.now
    var start = ContinuousClock.now
  }

  private struct Running {
    let item: Agenda.Item
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
  ///   - write: takes text as it is; standard error unless a test listens.
  ///   - size: of the terminal, asked before each drawing.
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

  package func began(_ agenda: Agenda, due: [Agenda.Item]) {
    state.withLock { state in
      state.due = due
      state.start = .now
      state.lastDrawing = .now
      let there = agenda.items.count - due.count
      var text =
        "\(agenda.heading): \(counted(agenda.items.count, "cell")), \(there == 0 ? "none finished yet" : "\(there) finished"), \(due.count) to train"
      if let seconds = state.estimate.seconds(for: due), !due.isEmpty {
        text += ", about \(spoken(seconds: seconds / Double(jobs)))"
      }
      write(text + "\n")
    }
  }

  package func started(_ item: Agenda.Item, slot: Int) {
    state.withLock { state in
      state.running[slot] = Running(item: item)
      if isTerminal { draw(&state) }
    }
  }

  package func stepped(_ item: Agenda.Item, slot: Int, _ progress: TrainingProgress) {
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

  package func finished(_ item: Agenda.Item, slot: Int, ending: RunReport.Ending, seconds: Double) {
    state.withLock { state in
      let running = state.running.removeValue(forKey: slot)
      if ending.isFinal { state.done += 1 }
      if ending.isBad { state.bad += 1 }
      if ending == .ended(.finished), let progress = running?.progress {
        state.estimate.add(
          item.cell, images: progress.images, costPerIteration: item.expectedCost, seconds: seconds)
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
        text += String(format: ", test %.1f %%", accuracy)
      }
      if let progress = running?.progress, progress.trainingSeconds > 0 {
        text += String(format: ", %.0f images/s", Double(progress.images) / progress.trainingSeconds)
      }
      write(text.visible + " [\(state.done)/\(state.due.count)]\n")
      if isTerminal { draw(&state) }
    }
  }

  package func noted(_ item: Agenda.Item, _ text: String) {
    state.withLock { state in
      clear(&state)
      write("\(item.alias): \(text)".visible + "\n")
      if isTerminal { draw(&state) }
    }
  }

  package func ended() { state.withLock { clear(&$0) } }

  /// Removes the live lines, so that what is written next stands alone.
  private func clear(_ state: inout State) {
    if !state.isAcknowledged && Interruption.isAcknowledged { (state.isAcknowledged, state.drawn) = (true, 0) }
    guard state.drawn > 0 else { return }
    // Whatever was typed meanwhile, such as ^C, stands at the start of the line: the first column is not where we are.
    write("\r\u{1B}[\(state.drawn)A\u{1B}[J")
    state.drawn = 0
  }

  private func draw(_ state: inout State) {
    clear(&state)
    let size = size()
    // A line that wraps or scrolls away could not be replaced: none is longer than the terminal, and all have room.
    let running = state.running.sorted { $0.key < $1.key }.prefix(max(0, size.rows - 2)).map { line($0.value) }
    let lines = running + [total(state)]
    write(lines.map { $0.visible.fitting(columns: size.columns - 1) + "\n" }.joined())
    state.drawn = lines.count
    state.lastDrawing = .now
  }

  /// Numbers before names, so that a narrow terminal shows them.
  private func line(_ running: Running) -> String {
    guard let progress = running.progress else { return "starting, \(running.item.alias)" }
    let speed = progress.trainingSeconds > 0 ? Double(progress.images) / progress.trainingSeconds : 0
    let share = 100 * Double(progress.iteration) / Double(max(1, progress.iterations))
    var text = String(
      format: "%3.0f %%, epoch %d/%d, loss %.3f, %.0f images/s", share, progress.epoch, progress.epochs, progress.loss,
      speed)
    if let accuracy = progress.testAccuracy { text += String(format: ", test %.1f %%", accuracy) }
    return "\(text), \(running.item.alias)"
  }

  private func total(_ state: State) -> String {
    var text = "\(state.done) of \(counted(state.due.count, "cell")) done"
    if state.bad > 0 { text += ", \(state.bad) failed or diverged" }
    text += ", \(spoken(seconds: state.start.duration(to: .now) / .seconds(1)))"
    let left = state.due.dropFirst(state.done)
    // Before a cell is done, those in work tell how long theirs will take.
    var estimate = state.estimate
    if estimate.isEmpty {
      for running in state.running.values {
        guard let progress = running.progress, progress.trainingSeconds > 0 else { continue }
        estimate.add(
          running.item.cell, images: progress.images, costPerIteration: running.item.expectedCost,
          seconds: progress.trainingSeconds)
      }
    }
    if let seconds = estimate.seconds(for: left) {
      let spent = state.running.values.reduce(0) { $0 + ($1.progress?.trainingSeconds ?? 0) }
      text += ", about \(spoken(seconds: max(0, seconds - spent) / Double(jobs))) left"
    }
    return text
  }
}
