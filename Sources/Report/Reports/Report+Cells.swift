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
          rows.append([
            .text(table.name), .text(entry.model.label), .text(entry.dataset.label), .text(entry.method.label),
            .integer(Int(seed)), .text("finished"), .text(entry.cells.first?.model.substitute ?? entry.model.label),
            .integer(run.data.trainingCount), .integer(result.iterations), .number(result.testAccuracyLast),
            .number(result.testAccuracyBest), .integer(result.samplingNumber), .number(100 * result.sampledShare),
            .number(measurement.countedCost(of: result)), .number(result.costPerIteration),
            .integer(result.forwardExamples), .integer(result.backwardExamples), .number(result.timing.imagesPerSecond),
            .number(ratio), .integer(result.timing.threads), .text(result.timing.machine),
            .text(result.timing.isValid ? "true" : "false"), .text("cells/\(run.cellID).h5"),
          ])
        }
        for (seed, reason) in measurement.stopped {
          rows.append(
            [
              .text(table.name), .text(entry.model.label), .text(entry.dataset.label), .text(entry.method.label),
              .integer(Int(seed)), .text(reason),
            ] + Array(repeating: .none, count: keys.count - 6))
        }
      }
    }
    return Table(columns: keys.map { Table.Column($0, alignment: .left) }, rows: rows)
  }
}
