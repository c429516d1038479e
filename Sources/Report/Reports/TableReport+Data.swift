import Configuration
import Statistics
import Suites

extension TableReport {
  /// Every number of the table at full precision, one row per method, model and data set: means over `n` runs with
  /// their sample standard deviations.
  package var data: Table {
    let values = measurements.map(values(of:)) + quotedValues
    let columns = (values.first ?? []).map { Table.Column($0.0, alignment: .left) }
    return Table(columns: columns, rows: values.map { $0.map(\.1) }, notes: [])
  }

  package var csv: String { data.csv }

  package var json: String {
    data.json(head: [
      ("suite", .text(name)), ("title", .text(title)), ("profile", .text(grid.profile.name)),
      ("is_evidence", .flag(grid.profile.isEvidence)), ("baseline", .text(grid.suite.baseline ?? "")),
      ("paper_n", .integer(grid.suite.published?.n ?? 0)),
    ])
  }

  private func values(of measurement: Measurement) -> [(String, Table.Entry)] {
    let entry = measurement.entry
    let reasons = measurement.stopped.map { "seed \($0.seed): \($0.reason)" } + measurement.speedNotes
    return [
      ("model", .text(entry.model.label)), ("dataset", .text(entry.dataset.label)),
      ("method", .text(entry.method.label)), ("status", .text(measurement.state.rawValue)),
      ("n", .integer(measurement.finished.count)), ("n_planned", .integer(measurement.planned)),
    ] + spread("accuracy_last_percent", measurement.accuracyLast)
      + spread("accuracy_best_percent", measurement.accuracyBest)
      + spread("sampling_number", measurement.samplingNumber)
      + spread("sampling_number_adaptive", measurement.samplingNumberAdaptive)
      + spread("sampled_percent", measurement.sampledShare) + [
        ("iterations", .number(measurement.iterations?.mean)),
        ("counted_cost", .number(measurement.countedCost?.mean)),
        ("forward_share", .number(measurement.forwardShare.value)),
        ("forward_share_origin", .text(measurement.forwardShare.isMeasured ? "measured" : "assumed")),
        ("declared_cost", .number(measurement.declaredCost)),
      ] + spread("images_per_second", measurement.imagesPerSecond)
      + spread("ais_percent_of_baseline", measurement.relativeSpeed) + [
        ("ais_n", .integer(measurement.relativeSpeed?.n ?? 0)),
        ("ais_expected_percent", .number(measurement.expectedSpeed)),
      ] + cost(measurement) + paired(measurement) + published(entry.published) + judged(measurement) + [
        ("note", reasons.isEmpty ? .none : .text(reasons.joined(separator: "; ")))
      ]
  }

  private var quotedValues: [[(String, Table.Entry)]] {
    guard let shape = measurements.first.map(values(of:)) else { return [] }
    var rows: [[(String, Table.Entry)]] = []
    for model in grid.models {
      for dataset in grid.datasets {
        for line in grid.suite.quoted {
          let row = grid.suite.published?.row(line.published, model: model.label, dataset: dataset.label)
          var known = Dictionary(uniqueKeysWithValues: published(row))
          known["model"] = .text(model.label)
          known["dataset"] = .text(dataset.label)
          known["method"] = .text(line.label)
          known["status"] = .text("quoted")
          known["note"] = .text(line.note)
          for column in Column.allCases where row?.number(column, n: 1) != nil {
            known["\(column.rawValue)_verdict"] = .text(VerdictOutcome.quoted.rawValue)
          }
          rows.append(shape.map { key, _ in (key, known[key] ?? Table.Entry.none) })
        }
      }
    }
    return rows
  }

  /// c: the paper's, ours, and both with intervals.
  private func cost(_ measurement: Measurement) -> [(String, Table.Entry)] {
    let (paper, ours) = (printedCost(measurement), costEstimate(measurement))
    return [
      ("step_cost", .number(measurement.cost?.value)), ("step_cost_n", .integer(measurement.cost?.n ?? 0)),
      ("step_cost_low", .number(ours?.interval().low)), ("step_cost_high", .number(ours?.interval().high)),
      ("paper_step_cost", .number(paper?.value)), ("paper_step_cost_low", .number(paper?.interval().low)),
      ("paper_step_cost_high", .number(paper?.interval().high)),
      ("paper_counted_cost", .number(printedCount(measurement))),
    ]
  }

  private func published(_ row: PublishedRow?) -> [(String, Table.Entry)] {
    [
      ("paper_accuracy_percent", .number(row?.accuracyMean)),
      ("paper_accuracy_deviation", .number(row?.accuracyDeviation)),
      ("paper_sampling_number", .integer(row?.samplingNumber)),
      ("paper_images_per_second", .number(row?.imagesPerSecond)),
      ("paper_ais_percent_of_baseline", .number(row?.relativeSpeed)),
    ]
  }

  /// Differences to the baseline's runs of the same seeds.
  private func paired(_ measurement: Measurement) -> [(String, Table.Entry)] {
    let differences = measurement.accuracyDifferences
    let statistic = Statistic(differences)
    let student = statistic?.interval()
    let (kept, range) = (keptGain(measurement), keptGain(measurement)?.interval())
    return [
      ("accuracy_difference", .number(statistic?.mean)), ("accuracy_difference_n", .integer(differences.count)),
      ("accuracy_difference_low", .number(student?.low)), ("accuracy_difference_high", .number(student?.high)),
      ("baseline_gain_kept", .number(kept?.value)), ("baseline_gain_kept_n", .integer(kept?.count ?? 0)),
      ("baseline_gain_kept_low", .number(range?.low)), ("baseline_gain_kept_high", .number(range?.high)),
    ]
  }

  private func judged(_ measurement: Measurement) -> [(String, Table.Entry)] {
    Column.allCases.map { column in
      let verdict = verdict(on: column, of: measurement)
      return ("\(column.rawValue)_verdict", verdict.map { .text($0.outcome.rawValue) } ?? .none)
    }
  }

  private func spread(_ key: String, _ statistic: Statistic?) -> [(String, Table.Entry)] {
    [(key, .number(statistic?.mean)), (key + "_deviation", .number(statistic?.deviation))]
  }
}
