import Configuration
import Methods
import Store
import Suites

/// Estimates the duration of cells from the measured duration of others on this machine.
///
/// The measure is single-image gradients per second, for each model: it depends on the network and hardly on the
/// method, whose cost is declared.
package struct Estimate: Sendable {
  private struct Rate: Sendable {
    var gradients = 0.0
    var seconds = 0.0
    var perSecond: Double? { seconds > 0 ? gradients / seconds : nil }
  }

  private var models: [String: Rate] = [:]

  package init() {}

  /// Uses the stored results of these cells: those that were measured with the same number of threads, or else all. Of
  /// these, undisturbed times are preferred: a suspension can multiply the time of a run.
  package init(_ runPlan: RunPlan, store: RunStore, threads: Int) {
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

  /// Whether there are no measurements yet.
  var isEmpty: Bool { models.isEmpty }

  package mutating func add(_ cell: Cell, images: Int, costPerIteration: Double, seconds: Double) {
    models[Estimate.key(cell), default: Rate()].gradients += Double(images) * costPerIteration
    models[Estimate.key(cell), default: Rate()].seconds += seconds
  }

  /// The estimate in seconds, or nil without comparable measurements.
  package func seconds(for item: RunPlan.Item) -> Double? {
    guard let rate = models[Estimate.key(item.cell)]?.perSecond else { return nil }
    return Estimate.gradients(item) / rate
  }

  /// The estimate for several cells in seconds, with the mean rate for models not measured yet; nil without
  /// measurements.
  package func seconds(for items: some Sequence<RunPlan.Item>) -> Double? {
    let rates = models.values.compactMap(\.perSecond)
    guard !rates.isEmpty else { return nil }
    // A mean of times rather than of speeds, which gives slow models their proper weight.
    let secondsPerGradient = rates.reduce(0) { $0 + 1 / $1 } / Double(rates.count)
    return items.reduce(0) { $0 + (seconds(for: $1) ?? Estimate.gradients($1) * secondsPerGradient) }
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
