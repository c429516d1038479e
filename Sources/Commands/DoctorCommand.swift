import ArgumentParser
import Configuration
import Datasets
import Foundation
import Kernels
import Running

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Says what this machine is and what the program found on it.")

  @Option(help: "The data folder; else SAMBENCH_DATA, else data/.")
  var data: String?

  @Option(name: .customLong("results"), help: "The results folder.")
  var resultsFolder = "results"

  @OptionGroup var formatOption: FormatOption

  func run() throws {
    let machine = Machine.current
    let folder = DataFolder.locate(option: data)
    var listing = Listing(head: ["what", "found"])
    func add(_ what: String, _ found: String) { listing.rows.append([.text(what), .text(found)]) }
    add("program", "SAMBench \(Program.version)")
    add("processor", machine.processor)
    add("processors allowed", String(machine.processors))
    add("kernel", machine.kernel)
    add("OpenBLAS", BLAS.build.trimmingCharacters(in: .whitespaces))
    add("OpenBLAS core", BLAS.core)
    add("data folder", folder?.path ?? "none; images are generated")
    for source in OfficialData.allCases {
      add(source.title, folder.map { DoctorCommand.verdict(source, in: $0.path) } ?? "generated")
    }
    let values = try? URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
      .resourceValues(forKeys: [.volumeAvailableCapacityKey])
    add(
      "free disk for results",
      values?.volumeAvailableCapacity.map { "\($0 / 1_000_000) MB (\(resultsFolder))" } ?? "unknown")
    answer(listing.text(as: formatOption.format))
  }

  private static func verdict(_ source: OfficialData, in folder: String) -> String {
    do {
      let verdicts = try source.verify(in: folder)
      let damaged = verdicts.count(where: \.isDamaged)
      return damaged == 0 ? "\(verdicts.count) files" : "\(damaged) of \(verdicts.count) files damaged"
    } catch {
      return "not found"
    }
  }
}
