import Reports
import Statistics
import Suites

package struct VSAMPaper: PaperKnowledge {
  private let sampling: SamplingStudy?

  /// - Parameter sampling: the sampling rule replayed over stored norms, if computed.
  /// - Returns: nil for suites that name neither the size of the paper's runs nor printed numbers.
  package init?(behind grids: [Grid], sampling: SamplingStudy? = nil) {
    guard grids.contains(where: { $0.suite.paperRuns != nil || $0.suite.published != nil }) else { return nil }
    self.sampling = sampling
  }

  package var heading: String { "Does vSAM reproduce?" }
  package var citation: String {
    "Deng et al., *Effective Gradient Sample Size via Variation Estimation for Accelerating Sharpness aware Minimization*, "
      + "arXiv:2403.08821"
  }
  package var links: [(title: String, address: String)] {
    [
      (citation, "https://arxiv.org/abs/2403.08821"),
      ("CIFAR-10 and CIFAR-100", "https://www.cs.toronto.edu/~kriz/cifar.html"),
    ]
  }
  package var mainTable: Int? { 3 }
  package var speedDefinition: String? { "Eq. 20" }

  package func claims(in tables: [TableReport], reading traces: @escaping TraceReader) -> [Claim] {
    Claims(tables: tables, traces: traces, sampling: sampling).all
  }

  package func answer(_ claims: [Claim], in tables: [TableReport]) -> [String] {
    Answer(tables: tables, claims: claims, contradictions: contradictions(in: tables), sampling: sampling).lines
  }

  package func contradictions(in tables: [TableReport]) -> [Contradiction] { Inconsistencies(tables).ranked }

  package func figures(for table: TableReport, reading traces: TraceReader) -> [Figure] {
    guard table.grid.suite.table == mainTable else { return [] }
    return [table.accuracyOverSpeed, table.curves, table.norms(traces), table.rates(traces)].compactMap { $0 }
  }

  /// The sampled share on stored norms and on noise, at the paper's alpha.
  package func columns(for table: TableReport) -> [PaperColumn] {
    guard let sampling else { return [] }
    return [
      PaperColumn("replay", title: "replay % [95 %]") { row in
        row.paperAlpha.flatMap { sampling.replayed($0) }?.percent
      },
      PaperColumn("shuffled", title: "shuffled % [95 %]") { row in
        row.paperAlpha.flatMap { sampling.shuffled($0) }?.percent
      },
      PaperColumn("noise", title: "noise alone %") { row in
        row.paperAlpha.flatMap { sampling.noise[$0] }.map { (100 * $0.mean).text(decimals: 1) }
      },
    ]
  }

  /// Why LookSAM and ESAM lie below SAM in short runs; empty if they do not.
  package func limits(of tables: [TableReport]) -> [String] {
    guard let table = tables.first(where: { $0.grid.suite.table == 3 }) else { return [] }
    let behind = ["LookSAM-5", "ESAM"].filter { method in
      let rows = table.measurements.filter { $0.entry.method.label == method }
      return (Statistic(rows.flatMap(\.accuracyDifferences))?.mean ?? 0) < -1
    }
    guard !behind.isEmpty else { return [] }
    return [
      "\(behind.joined(separator: " and ")) in longer runs: their gap below SAM is an effect of short "
        + "training, not a bug. LookSAM's reused part has length alpha |g|, several times an early PSF; ESAM's second "
        + "gradient uses the examples that agree with the noisy first one (docs/paper.md)."
    ]
  }

  package func sections(on tables: [TableReport]) -> [Page.Block] {
    sampling?.blocks(tables.first { $0.grid.suite.table == 1 }?.grid.suite.published?.rows ?? []) ?? []
  }
}

extension Measurement {
  /// The paper's alpha, before changes by the profile; nil for a method without one.
  fileprivate var paperAlpha: Double? {
    guard entry.method.name == "vsam", let method = entry.cells.first?.method else { return nil }
    return (method.replaced["alpha"] ?? method.settings.values["alpha"])?.double
  }
}
