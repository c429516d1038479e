import ArgumentParser
import Configuration
import Foundation
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
    let others = try folders.map { folder in
      guard FileManager.default.fileExists(atPath: folder + "/cells") else {
        throw UsageError("\(folder): no results found. Name a folder that contains 'cells', such as results/paper.")
      }
      return RunStore(folder: folder)
    }
    try store.checkWritable()
    var listing = Listing(head: ["folder", "cell", "outcome", "detail"])
    for other in others {
      for id in try other.ids() {
        let outcome = try store.merge(id, from: other, profile: results.profile)
        listing.rows.append([.text(other.folder), .text(id), .text(outcome.word), .text(outcome.reason)])
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
    _ listing: Listing, as format: OutputFormat, _ head: [String: Value], ending: String = ""
  ) -> [String: Int] {
    let column = listing.head.firstIndex(of: "outcome") ?? 0
    let counts = Dictionary(grouping: listing.rows.map(\.[column].description)) { $0 }.mapValues(\.count)
    let words = ["added", "same", "differs", "damaged", "refused", "unreadable"]
    switch format {
    case .text:
      let troubles = Listing(head: listing.head, rows: listing.rows.filter { $0.last != "" })
      if !troubles.rows.isEmpty { answer(troubles.text(as: .text) + "\n") }
      let shown = words.filter { counts[$0] != nil || !["refused", "unreadable"].contains($0) }
      answer(shown.map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ") + "\(ending)\n")
    case .json:
      var object = head.merging(["schema": 1, "cells": listing.json]) { $1 }
      for word in words { object[word] = .integer(counts[word] ?? 0) }
      answer(Value.object(object).canonicalJSON + "\n")
    case .csv, .markdown: answer(listing.text(as: format))
    }
    return counts
  }
}
