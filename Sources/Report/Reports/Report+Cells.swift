import Configuration
import Store
import Suites

extension Report {
  /// One row per stored run, at full precision.
  package var cellData: Table {
    let keys = [
      "table", "model", "dataset", "method", "seed", "status", "run_model", "training_images", "iterations",
      "accuracy_last_percent", "accuracy_best_percent", "sampling_number", "sampled_percent", "counted_cost",
      "declared_cost", "forward_examples", "backward_examples", "images_per_second", "ais_percent_of_baseline",
      "threads", "machine", "timing_is_valid", "file",
    ]
    var rows: [[Table.Entry]] = []
    for table in tables {
      for measurement in table.measurements + table.baselines {
        let entry = measurement.entry
        for (seed, run) in measurement.finished {
          let result = run.result
          let baseline = table.grid.baseline(model: entry.model.label, dataset: entry.dataset.label)
          let reference = (table.measurements + table.baselines).first { $0.entry.cells == baseline?.cells ?? [] }?
            .finished.first { $0.seed == seed }?.summary.result.timing
          let ratio = result.timing.imagesPerSecond.flatMap { mine in
            reference?.imagesPerSecond.map { 100 * mine / $0 }
          }
          rows.append(
            Table.row(
              table.name, entry.model.label, entry.dataset.label, entry.method.label, Int(seed), "finished",
              entry.cells.first?.model.substitute ?? entry.model.label, run.data.trainingCount, result.iterations,
              result.testAccuracyLast, result.testAccuracyBest, result.samplingNumber, 100 * result.sampledShare,
              measurement.countedCost(of: result), result.costPerIteration, result.forwardExamples,
              result.backwardExamples, result.timing.imagesPerSecond, ratio, result.timing.threads,
              result.timing.machine,
              result.timing.isValid ? "true" : "false", "cells/\(run.cellID).h5"))
        }
        for (seed, reason) in measurement.stopped {
          rows.append(
            Table.row(table.name, entry.model.label, entry.dataset.label, entry.method.label, Int(seed), reason)
              + Array(repeating: .none, count: keys.count - 6))
        }
      }
    }
    return Table(keys, rows: rows)
  }
}
