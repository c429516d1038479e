/// One statement of a paper, with up to four kinds of evidence.
package struct Claim: Hashable, Sendable {
  package let statement: String
  /// Sections, tables and figures of the paper.
  package let place: String
  /// From the paper's own numbers.
  package var paper: Finding?
  package var speed: Finding?
  package var sampling: Finding?
  /// Accuracies of the runs of this report.
  package var accuracy: Finding?

  package init(
    statement: String, place: String, paper: Finding? = nil, speed: Finding? = nil, sampling: Finding? = nil,
    accuracy: Finding? = nil
  ) {
    (self.statement, self.place) = (statement, place)
    (self.paper, self.speed, self.sampling, self.accuracy) = (paper, speed, sampling, accuracy)
  }
}

/// The outcome of one kind of evidence for a claim.
package struct Finding: Hashable, Sendable {
  /// A paper may add words of its own.
  package struct Word: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// For the paper's own numbers.
    package static let holds = Word(rawValue: "holds"), mixed = Word(rawValue: "mixed")
    package static let fails = Word(rawValue: "does not hold")
    /// For runs at the paper's size, and for speeds.
    package static let reproduced = Word(rawValue: "reproduced"), differs = Word(rawValue: "differs")
    package static let inconclusive = Word(rawValue: "inconclusive")
    package static let notComparable = Word(rawValue: "not comparable")
    /// This profile could not show it even if it were true.
    package static let unattainable = Word(rawValue: "out of reach here")
    package static let same = Word(rawValue: "same direction"), opposite = Word(rawValue: "opposite")
    package static let open = Word(rawValue: "open")
    package static let notTested = Word(rawValue: "not tested")
    /// No stored result can answer.
    package static let notRun = Word(rawValue: "not run")
  }

  package let word: Word
  package let evidence: String

  package init(word: Word, evidence: String) { (self.word, self.evidence) = (word, evidence) }

  fileprivate var isUntested: Bool { word == .notTested && evidence.isEmpty }

  fileprivate var text: String { "**\(word.rawValue)**" + (evidence.isEmpty ? "" : ": \(evidence)") }
}

// MARK: - As a page shows it

extension Report {
  private static var evidence: [(Table.Column, (Claim) -> Finding?)] {
    [
      (.left("paper", "the paper's own numbers"), { $0.paper }),
      (.left("speed", "speed, here"), { $0.speed }),
      (.left("sampling", "sampling and norms, here"), { $0.sampling }),
      (.left("accuracy", "accuracy, here"), { $0.accuracy }),
    ]
  }

  /// The paper's claims with up to four kinds of evidence.
  var claimBlocks: [Page.Block] {
    guard !claims.isEmpty else { return [] }
    let kinds = Report.evidence.filter { kind in
      claims.contains { kind.1($0).map { !$0.isUntested } ?? false }
    }
    let untested = claims.count { $0.accuracy?.isUntested ?? false }
    let rows = claims.map { claim -> [Table.Entry] in
      [.text("\(claim.statement) (\(claim.place))")]
        + kinds.map { kind in
          .text(kind.1(claim).flatMap { $0.isUntested ? nil : $0.text } ?? "")
        }
    }
    return [
      .heading(2, "The paper's claims"),
      .table(Table(columns: [.left("claim")] + kinds.map(\.0), rows: rows)),
      .paragraph(
        (kinds.contains { $0.0.key == "speed" }
          ? "Speeds: one value per model, since its data sets train the same network. " : "")
          + (untested > 0 ? "Accuracies of \(untested) claims: not tested by this profile. " : "")
          + "Outcomes: docs/verdicts.md."), .links([Page.Link(text: "claims.csv", file: "claims.csv")]),
    ]
  }

  package var claimData: Table {
    let kinds = Report.evidence
    return Table(
      ["claim", "place"] + kinds.flatMap { [$0.0.key, "\($0.0.key)_evidence"] },
      rows: claims.map { claim in
        Table.row(claim.statement, claim.place)
          + kinds.flatMap { kind -> [Table.Entry] in
            guard let finding = kind.1(claim) else { return [.none, .none] }
            return Table.row(finding.word.rawValue, finding.evidence)
          }
      })
  }
}
