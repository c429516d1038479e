import ArgumentParser
import Configuration
import Datasets
import Foundation
import Reports
import Suites

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Downloads, verifies or generates data; the only command that uses the network.",
    subcommands: [Fetch.self, Verify.self, Generate.self])

  struct Options: ParsableArguments {
    @Argument(help: "Data sets: cifar10, cifar100. (default: both)")
    var datasets: [OfficialData] = []

    @Option(help: "Data folder. (default: SAMBENCH_DATA, else data/)", completion: .directory)
    var data: String?

    func validate() throws { try check("--data", path: data) }

    var all: [OfficialData] { datasets.isEmpty ? OfficialData.allCases : datasets }
    var folder: String { DataFolder.locate(option: data)?.path ?? "data" }
  }

  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Downloads the official archives and verifies every file; resumes an interrupted download.",
      discussion: """
        EXAMPLES
          \(programName) data fetch                     CIFAR-10 and CIFAR-100 into data/
          \(programName) data fetch cifar10 --data /srv/cifar
        """)

    @OptionGroup var options: Options

    @Flag(help: "Show no progress.")
    var quiet = false

    func run() throws {
      for source in options.all {
        let place = try source.fetch(
          into: options.folder, showsProgress: !quiet && isatty(STDERR_FILENO) == 1,
          report: { if !quiet { complain($0) } })
        answer("\(source.title): \(place)\n")
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reports for each data file whether it is official, a subset, generated or damaged.",
      discussion: """
        The exit code is 7 if a file is damaged, and 66 if a data set is missing.

        EXAMPLES
          \(programName) data verify                    both data sets in the data folder
          \(programName) data verify cifar10 --data /srv/cifar --format json
        """)

    @OptionGroup var options: Options
    @OptionGroup var formatOption: FormatOption

    func run() throws {
      var listing = Table(["file", "finding"])
      var isDamaged = false
      var absence: DatasetError?
      for source in options.all {
        do throws(DatasetError) {
          for verdict in try source.verify(in: options.folder) {
            isDamaged = isDamaged || verdict.isDamaged
            listing.add(verdict.path, verdict.description)
          }
        } catch {
          // Thrown after the other data sets have been reported.
          absence = error
        }
      }
      if formatOption.format == .text {
        for row in listing.rows { answer("\(row[1].text)\n") }
      } else {
        answer(listing.text(as: formatOption.format))
      }
      if isDamaged { throw ExitStatus.damagedFile }
      if let absence { throw absence }
    }
  }

  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes generated images in the official file layout, so that other programs can read them.",
      discussion: """
        EXAMPLES
          \(programName) data generate cifar10 --data stand-in
          \(programName) data generate --training 5000 --test 1000 --data small
        """)

    @OptionGroup var options: Options

    @Option(help: "Number of training images; 0 means 4000.")
    var training = 0

    @Option(help: "Number of test images; 0 means 1000.")
    var test = 0

    @Option(help: "Random seed; different seeds give different images of the same kind.")
    var seed: UInt64 = 1

    func validate() throws {
      try check("--training", training, in: 0...1_000_000)
      try check("--test", test, in: 0...1_000_000)
    }

    func run() throws {
      for source in options.all {
        for file in try source.generate(into: options.folder, training: training, test: test, seed: seed) {
          answer(file + "\n")
        }
      }
    }
  }
}

extension OfficialData: ExpressibleByArgument {}
