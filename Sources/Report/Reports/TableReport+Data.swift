import Configuration
import Statistics
import Suites

extension TableReport {
  private typealias Field = (key: String, cell: any TableCell)

  /// Every number of the table at full precision, one row per method, model and data set: means over `n` runs with
  /// their sample standard deviations.
  package var data: Table {
    let values = measurements.map(values(of:)) + quotedValues
    return Table((values.first ?? []).map(\.key), rows: values.map { $0.map(\.cell.entry) })
  }

  package var csv: String { data.csv }

  package var json: String {
    data.json(head: [
      ("suite", .text(name)), ("title", .text(title)), ("profile", .text(grid.profile.name)),
      ("is_evidence", .flag(grid.profile.isEvidence)), ("baseline", .text(grid.suite.baseline ?? "")),
      ("paper_n", .integer(grid.suite.published?.n ?? 0)),
    ])
  }

  private func values(of measurement: Measurement) -> [Field] {
    let entry = measurement.entry
    let reasons = measurement.stopped.map { "seed \($0.seed): \($0.reason)" } + measurement.speedNotes
    var values: [Field] = [
      ("model", entry.model.label), ("dataset", entry.dataset.label), ("method", entry.method.label),
      ("status", measurement.state.rawValue), ("n", measurement.finished.count), ("n_planned", measurement.planned),
    ]
    func spread(_ key: String, _ statistic: Statistic?) {
      values += [(key, statistic?.mean), (key + "_deviation", statistic?.deviation)]
    }
    spread("accuracy_last_percent", measurement.accuracyLast)
    spread("accuracy_best_percent", measurement.accuracyBest)
    spread("sampling_number", measurement.samplingNumber)
    spread("sampling_number_adaptive", measurement.samplingNumberAdaptive)
    spread("sampled_percent", measurement.sampledShare)
    values += [
      ("iterations", measurement.iterations?.mean), ("counted_cost", measurement.countedCost?.mean),
      ("forward_share", measurement.forwardShare.value),
      ("forward_share_origin", measurement.forwardShare.isMeasured ? "measured" : "assumed"),
      ("declared_cost", measurement.declaredCost),
    ]
    spread("images_per_second", measurement.imagesPerSecond)
    spread("ais_percent_of_baseline", measurement.relativeSpeed)
    let (paper, ours) = (printedCost(measurement), costEstimate(measurement))
    // Differences to the baseline's runs of the same seeds.
    let difference = Statistic(measurement.accuracyDifferences)
    let kept = keptGain(measurement)
    values += [
      ("ais_n", measurement.relativeSpeed?.n ?? 0), ("ais_expected_percent", measurement.expectedSpeed),
      ("step_cost", measurement.cost?.value), ("step_cost_n", measurement.cost?.n ?? 0),
      ("step_cost_low", ours?.interval().low), ("step_cost_high", ours?.interval().high),
      ("paper_step_cost", paper?.value), ("paper_step_cost_low", paper?.interval().low),
      ("paper_step_cost_high", paper?.interval().high), ("paper_counted_cost", printedCount(measurement)),
      ("accuracy_difference", difference?.mean), ("accuracy_difference_n", measurement.accuracyDifferences.count),
      ("accuracy_difference_low", difference?.interval()?.low),
      ("accuracy_difference_high", difference?.interval()?.high), ("baseline_gain_kept", kept?.value),
      ("baseline_gain_kept_n", kept?.count ?? 0), ("baseline_gain_kept_low", kept?.interval()?.low),
      ("baseline_gain_kept_high", kept?.interval()?.high),
    ]
    values += published(entry.published)
    values += Column.allCases.map { ("\($0.rawValue)_verdict", verdict(on: $0, of: measurement)?.outcome.rawValue) }
    return values + [("note", reasons.isEmpty ? nil : reasons.joined(separator: "; "))]
  }

  private var quotedValues: [[Field]] {
    guard let shape = measurements.first.map(values(of:)) else { return [] }
    var rows: [[Field]] = []
    for (model, dataset) in grid.blocks {
      for line in grid.suite.quoted {
        let row = grid.suite.published?.row(line.published, model: model.label, dataset: dataset.label)
        var known: [String: any TableCell] = [
          "model": model.label, "dataset": dataset.label, "method": line.label, "status": "quoted", "note": line.note,
        ]
        for field in published(row) { known[field.key] = field.cell }
        for column in Column.allCases where row?.number(column, n: 1) != nil {
          known["\(column.rawValue)_verdict"] = VerdictOutcome.quoted.rawValue
        }
        rows.append(shape.map { ($0.key, known[$0.key] ?? Table.Entry.none) })
      }
    }
    return rows
  }

  private func published(_ row: PublishedRow?) -> [Field] {
    [
      ("paper_accuracy_percent", row?.accuracyMean), ("paper_accuracy_deviation", row?.accuracyDeviation),
      ("paper_sampling_number", row?.samplingNumber), ("paper_images_per_second", row?.imagesPerSecond),
      ("paper_ais_percent_of_baseline", row?.relativeSpeed),
    ]
  }
}
