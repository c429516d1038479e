import ArgumentParser
import Configuration
import Foundation
import Store

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a profile's results to a folder, without their weights.",
    discussion: """
      A light cell has recipe, traces, results, predictions and provenance, and the science digest that it had with its \
      weights, and is sealed as all are: report, compare, inspect, verify and merge read it, and run takes it for done. \
      Only rows that start from its weights need the whole file. Nothing in the folder is overwritten. Exit code 2 when \
      a cell there differs, 5 when there is nothing to export, 7 when a file is damaged.

      EXAMPLES
        \(programName) export --light results/shipped/evidence -p evidence
        \(programName) report -p evidence --results results/shipped
      """)

  @Argument(help: "The folder to write to; it is given 'cells'.", completion: .directory)
  var folder: String

  @Flag(help: "Leave the weights out. The only form there is: whole files are copied by merge.")
  var light = false

  @OptionGroup var results: ResultsOptions

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    try check("a folder", path: folder)
    if !light {
      throw ValidationError("Say --light. For whole files, 'merge' copies them into another results folder.")
    }
  }

  func run() throws {
    let store = RunStore(folder: results.folder), target = RunStore(folder: folder)
    let ids = try store.ids()
    guard !ids.isEmpty else {
      complain("\(store.folder): holds no cells.")
      throw ExitStatus.resultsMissing
    }
    try target.checkWritable()
    var listing = Listing(head: ["cell", "outcome", "bytes", "detail"])
    for id in ids {
      let outcome = try target.takeLight(id, from: store)
      let attributes = try? FileManager.default.attributesOfItem(atPath: target.path(of: id))
      let bytes = (attributes?[.size] as? Int) ?? 0
      listing.rows.append([.text(id), .text(outcome.word), .integer(bytes), .text(outcome.reason)])
    }
    func count(_ word: String) -> Int { listing.rows.count { $0[1] == .text(word) } }
    let words = ["added", "same", "differs", "damaged", "refused", "unreadable"]
    let bytes = listing.rows.reduce(0) { if case .integer(let bytes) = $1[2] { $0 + bytes } else { $0 } }
    switch formatOption.format {
    case .text:
      let troubles = Listing(head: listing.head, rows: listing.rows.filter { $0[3] != "" })
      if !troubles.rows.isEmpty { answer(troubles.text(as: .text) + "\n") }
      let counts = words.filter { count($0) > 0 || !["refused", "unreadable"].contains($0) }
      answer(counts.map { "\(count($0)) \($0)" }.joined(separator: ", ") + "; \(bytes) bytes in \(folder)\n")
    case .json:
      var object: [String: Value] = [
        "schema": 1, "folder": .text(folder), "bytes": .integer(bytes), "cells": listing.json,
      ]
      for word in words { object[word] = .integer(count(word)) }
      answer(Value.object(object).canonicalJSON + "\n")
    case .csv, .markdown: answer(listing.text(as: formatOption.format))
    }
    if count("damaged") > 0 { throw ExitStatus.damagedFile }
    if count("refused") + count("unreadable") > 0 { throw ExitStatus.inputOutput }
    if count("differs") > 0 { throw ExitStatus.differs }
  }
}
