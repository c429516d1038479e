import ArgumentParser
import Configuration
import Foundation
import Reports
import Running
import Store

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Imports results from other folders or machines; never overwrites.",
    discussion: """
      A new cell is copied after its checksum is verified. An existing cell is never overwritten: it counts as the \
      same if its scientific results are identical, whatever its times, and otherwise the difference is reported. \
      Cells of another profile or of a later file format are refused. Every cell is processed, even after errors. \
      Times stay tied to the machine they were measured on: reports compare speeds only within one machine.

      The exit code is 2 if cells differ, 7 if an imported file is damaged, 64 if a cell is refused, and 74 if a file \
      cannot be read.

      EXAMPLES
        \(programName) merge /mnt/a/results/paper /mnt/b/results/paper -p paper
      """)

  @Argument(help: "Results folders of one profile, each containing 'cells', such as /mnt/a/results/paper.")
  var folders: [String]

  @OptionGroup var results: ResultsOptions

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    for folder in folders { try check("the folder", path: folder) }
  }

  func run() throws {
    let store = RunStore(folder: results.folder)
    let others = try folders.map(existingStore)
    try store.checkWritable()
    var listing = Table(["folder", "cell", "outcome", "detail"])
    for other in others {
      for id in try other.ids() {
        let outcome = try store.merge(id, from: other, profile: results.profile)
        listing.add(other.folder, id, outcome.word, outcome.reason)
      }
    }
    let counts = MergeCommand.write(listing, as: formatOption.format, ["results": .text(store.folder)])
    if counts["damaged"] != nil { throw ExitStatus.damagedFile }
    if counts["unreadable"] != nil { throw ExitStatus.inputOutput }
    if let refused = counts["refused"] {
      throw UsageError(
        "\(counted(refused, "cell")) of another profile or format not imported into \(store.folder). Name the "
          + "profile with -p.")
    }
    if counts["differs"] != nil { throw ExitStatus.differs }
  }

  /// Writes the outcomes of copying cells: a row each, with the columns "outcome" and, last, "detail".
  ///
  /// - Parameters:
  ///   - head: more members of the JSON object.
  ///   - ending: continues the line of counts.
  /// - Returns: the number of cells by outcome, without zeros.
  static func write(
    _ listing: Table, as format: OutputFormat, _ head: [String: Value], ending: String = ""
  ) -> [String: Int] {
    let column = listing.columns.firstIndex { $0.key == "outcome" } ?? 0
    let counts = Dictionary(grouping: listing.rows.map(\.[column].text)) { $0 }.mapValues(\.count)
    let words = ["added", "same", "differs", "damaged", "refused", "unreadable"]
    var object = head.merging(["schema": 1, "cells": listing.objects]) { $1 }
    for word in words { object[word] = .integer(counts[word] ?? 0) }
    var troubles = listing
    troubles.rows.removeAll { $0.last == "".entry }
    let shown = words.filter { counts[$0] != nil || !["refused", "unreadable"].contains($0) }
    answer(
      listing, as: format, json: object,
      text: (troubles.rows.isEmpty ? "" : troubles.plainText + "\n")
        + shown.map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ") + "\(ending)\n")
    return counts
  }
}
