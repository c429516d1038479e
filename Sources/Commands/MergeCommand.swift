import ArgumentParser
import Configuration
import Foundation
import Store

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Imports results from other folders or machines; never overwrites.",
    discussion: """
      A cell that is not here is copied after its checksum is verified. One that is here with the same science counts as \
      the same, whatever its times; one that differs is reported, and what is here stays. A cell of another profile or a \
      later format is refused. Every cell is looked at, whatever became of those before it. Exit code 2 when cells \
      differ, 7 when a file of the others is damaged, 74 when one cannot be read, 64 when one is refused. Times stay with \
      the machine they were measured on: reports relate speeds only within one.

      EXAMPLES
        \(programName) merge /mnt/a/results/paper /mnt/b/results/paper -p paper
      """)

  @Argument(help: "Folders of a profile's results: those that hold 'cells'.")
  var folders: [String]

  @OptionGroup var results: ResultsOptions

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    for folder in folders { try check("a folder", path: folder) }
  }

  func run() throws {
    let store = RunStore(folder: results.folder)
    let others = try folders.map { folder in
      guard FileManager.default.fileExists(atPath: folder + "/cells") else {
        throw UsageError("\(folder): holds no results; name the folder that has 'cells' in it, such as results/paper.")
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
    func count(_ word: String) -> Int { listing.rows.count { $0[2] == .text(word) } }
    let words = ["added", "same", "differs", "damaged", "refused", "unreadable"]
    switch formatOption.format {
    case .text:
      let troubles = Listing(head: listing.head, rows: listing.rows.filter { $0[3] != "" })
      if !troubles.rows.isEmpty { answer(troubles.text(as: .text) + "\n") }
      let counts = words.filter { count($0) > 0 || !["refused", "unreadable"].contains($0) }
      answer(counts.map { "\(count($0)) \($0)" }.joined(separator: ", ") + "\n")
    case .json:
      var object: [String: Value] = ["schema": 1, "results": .text(store.folder), "cells": listing.json]
      for word in words { object[word] = .integer(count(word)) }
      answer(Value.object(object).canonicalJSON + "\n")
    case .csv, .markdown: answer(listing.text(as: formatOption.format))
    }
    if count("damaged") > 0 { throw ExitStatus.damagedFile }
    if count("unreadable") > 0 { throw ExitStatus.inputOutput }
    if count("refused") > 0 {
      throw UsageError(
        "\(count("refused")) cells do not belong into \(store.folder) and were not taken. Name their profile with -p.")
    }
    if count("differs") > 0 { throw ExitStatus.differs }
  }
}
