import ArgumentParser
import Configuration
import Foundation
import Store

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Takes results of other machines or folders in; overwrites nothing.",
    discussion: """
      A cell that is not here is copied after its checksum was proven. One that is here with the same science counts as \
      the same, whatever its times; one that differs is reported, and what is here stays. Exit code 2 when cells differ, \
      7 when a file of the others is damaged. Times stay with the machine they were measured on: reports relate speeds \
      only within one.

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
        let outcome = try store.merge(id, from: other)
        let detail =
          switch outcome {
          case .differs(let reason), .damaged(let reason): reason
          case .added, .same: ""
          }
        listing.rows.append([.text(other.folder), .text(id), .text(outcome.word), .text(detail)])
      }
    }
    func count(_ word: String) -> Int { listing.rows.count { $0[2] == .text(word) } }
    let words = ["added", "same", "differs", "damaged"]
    switch formatOption.format {
    case .text:
      let troubles = Listing(head: listing.head, rows: listing.rows.filter { $0[3] != "" })
      if !troubles.rows.isEmpty { answer(troubles.text(as: .text) + "\n") }
      answer(words.map { "\(count($0)) \($0)" }.joined(separator: ", ") + "\n")
    case .json:
      var object: [String: Value] = ["schema": 1, "results": .text(store.folder), "cells": listing.json]
      for word in words { object[word] = .integer(count(word)) }
      answer(Value.object(object).canonicalJSON + "\n")
    case .csv, .markdown: answer(listing.text(as: formatOption.format))
    }
    if count("damaged") > 0 { throw ExitStatus.damagedFile }
    if count("differs") > 0 { throw ExitStatus.differs }
  }
}
