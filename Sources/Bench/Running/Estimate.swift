import Configuration
import Methods
import Networks
import Store
import Suites

/// Estimates the duration of cells from the measured duration of others on this machine.
///
/// The measure is single-image gradients per second, for each model: it depends on the network and hardly on the
/// method, whose cost is declared. Models not measured yet are assumed to take as long per multiply-add as the others.
package struct Estimate: Sendable {
  private struct Rate: Sendable {
    var gradients = 0.0
    var seconds = 0.0
    var perSecond: Double? { seconds > 0 ? gradients / seconds : nil }
  }

  private var models: [String: Rate] = [:]
  /// Multiply-adds of one image's forward pass, for each model of the plan.
  private var multiplyAdds: [String: Double] = [:]

  package init() {}

  /// Uses the stored results of these cells: those that were measured with the same number of threads, or else all. Of
  /// these, undisturbed times are preferred: a suspension can multiply the time of a run.
  package init(_ runPlan: RunPlan, store: RunStore, threads: Int) {
    for item in runPlan.items where multiplyAdds[Estimate.key(item.cell)] == nil {
      let network = item.cell.model.network(classes: item.dataset.classes)
      multiplyAdds[Estimate.key(item.cell)] = Double(Network.multiplyAdds(of: network, input: .image))
    }
    let stored = runPlan.items.filter { $0.status == .stored(.finished) }.compactMap { item in
      (try? store.record(of: item.id, .summary)).map { (item: item, summary: $0) }
    }
    let alike = stored.filter { $0.summary.result.timing.threads == threads }
    let preferred = [alike, stored].flatMap { runs in [runs.filter { $0.summary.result.timing.isValid }, runs] }
    for (item, summary) in preferred.first(where: { !$0.isEmpty }) ?? [] {
      let evaluation = summary.epochs.first { $0.name == "eval_seconds" }?.values.filter { $0.isFinite }.reduce(0, +)
      add(
        item.cell, images: summary.result.images, costPerIteration: summary.result.costPerIteration,
        seconds: summary.result.timing.trainingSeconds + Double(evaluation ?? 0))
    }
  }

  package mutating func add(_ cell: Cell, images: Int, costPerIteration: Double, seconds: Double) {
    models[Estimate.key(cell), default: Rate()].gradients += Double(images) * costPerIteration
    models[Estimate.key(cell), default: Rate()].seconds += seconds
  }

  /// The estimate in seconds, or nil without comparable measurements.
  package func seconds(for item: RunPlan.Item) -> Double? {
    guard let rate = models[Estimate.key(item.cell)]?.perSecond else { return nil }
    return Estimate.gradients(item) / rate
  }

  /// The estimate for several cells in seconds; nil without measurements.
  package func seconds(for items: some Sequence<RunPlan.Item>) -> Double? {
    // A mean of times rather than of speeds, which gives slow models their proper weight.
    let times = models.compactMap { key, rate in rate.perSecond.map { 1 / ($0 * (multiplyAdds[key] ?? 1)) } }
    guard !times.isEmpty else { return nil }
    let secondsPerMultiplyAdd = times.reduce(0, +) / Double(times.count)
    return items.reduce(0) { sum, item in
      sum
        + (seconds(for: item)
          ?? Estimate.gradients(item) * (multiplyAdds[Estimate.key(item.cell)] ?? 1) * secondsPerMultiplyAdd)
    }
  }

  private static func key(_ cell: Cell) -> String {
    "\(cell.model.name) \(cell.model.settings.object.canonicalJSON) \(cell.quantization?.name ?? "")"
  }

  /// The expected number of single-image gradients of a cell.
  private static func gradients(_ item: RunPlan.Item) -> Double {
    Double(item.cell.recipe[Recipe.epochs] * item.dataset.training.count) * item.cell.expectedCost
  }
}

extension Cell {
  /// The expected number of gradients per iteration, before the method has made any decision.
  package var expectedCost: Double {
    guard let type = MethodCatalogue.named(method.name) else { return 1 }
    return type.plannedCost(method.settings, sampledShare: type.plannedShare(method.settings))
  }
}

/// "1 cell", "3 cells".
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// A readable duration: "40 s", "12 min", "3 h 20 min", "2 d 4 h".
package func spoken(seconds: Double) -> String {
  // More than 300 years is not a plausible time.
  guard seconds >= 0, seconds < 1e10 else { return "unknown" }
  let total = Int(seconds.rounded())
  if total < 90 { return "\(total) s" }
  let minutes = (total + 30) / 60
  if minutes < 90 { return "\(minutes) min" }
  if minutes < 48 * 60 { return "\(minutes / 60) h \(minutes % 60) min" }
  return "\(minutes / 1440) d \(minutes / 60 % 24) h"
}
