import Training

/// Receives the events of a run. Calls come from the threads of the jobs.
package protocol RunObserver: Sendable {
  func began(_ runPlan: RunPlan, due: [RunPlan.Item])
  func started(_ item: RunPlan.Item, slot: Int)
  /// Called after every step; must return within microseconds.
  func stepped(_ item: RunPlan.Item, slot: Int, _ progress: TrainingProgress)
  /// A message for the user about a cell: a sentence without initial capital and period.
  func noted(_ item: RunPlan.Item, _ text: String)
  func finished(_ item: RunPlan.Item, slot: Int, ending: RunReport.Ending, seconds: Double)
  func ended()
}

extension RunObserver {
  package func began(_ runPlan: RunPlan, due: [RunPlan.Item]) {}
  package func started(_ item: RunPlan.Item, slot: Int) {}
  package func stepped(_ item: RunPlan.Item, slot: Int, _ progress: TrainingProgress) {}
  package func noted(_ item: RunPlan.Item, _ text: String) {}
  package func ended() {}
}

/// Forwards events to several observers in order; an empty list reports nothing.
package struct Observers: RunObserver {
  private let all: [any RunObserver]

  package init(_ all: [any RunObserver] = []) { self.all = all }

  package func began(_ runPlan: RunPlan, due: [RunPlan.Item]) { for one in all { one.began(runPlan, due: due) } }
  package func started(_ item: RunPlan.Item, slot: Int) { for one in all { one.started(item, slot: slot) } }
  package func stepped(_ item: RunPlan.Item, slot: Int, _ progress: TrainingProgress) {
    for one in all { one.stepped(item, slot: slot, progress) }
  }
  package func noted(_ item: RunPlan.Item, _ text: String) { for one in all { one.noted(item, text) } }
  package func finished(_ item: RunPlan.Item, slot: Int, ending: RunReport.Ending, seconds: Double) {
    for one in all { one.finished(item, slot: slot, ending: ending, seconds: seconds) }
  }
  package func ended() { for one in all { one.ended() } }
}
