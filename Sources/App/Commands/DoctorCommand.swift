import ArgumentParser
import Configuration
import Datasets
import Foundation
import Kernels
import Methods
import Models
import Reports
import Running
import Store

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks this machine, the data and the tools, and suggests fixes.",
    discussion: """
      The exit code is 0 if everything that runs need is available, 66 if a named data folder or its data sets are \
      missing, 7 if data files are damaged, and 74 if results cannot be written.

      EXAMPLES
        \(programName) doctor
        \(programName) doctor --data /srv/cifar --results /scratch/results
        \(programName) doctor --format json
      """)

  @Option(help: "Data folder. (default: SAMBENCH_DATA, else data/)", completion: .directory)
  var data: String?

  @Option(
    name: .customLong("results"), help: "Results folder. (default: SAMBENCH_RESULTS, else results/)",
    completion: .directory)
  var givenResults: String?

  private var resultsFolder: String { givenResults ?? ResultsOptions.environment("SAMBENCH_RESULTS") ?? "results" }

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    try check("--data", path: data)
    try check("--results", path: givenResults)
  }

  func run() throws {
    let machine = Machine.current
    let folder = DataFolder.locate(option: data)
    var listing = Table(["what", "found"])
    var advice: [String] = []
    var status = ExitStatus.done
    func add(_ what: String, _ found: String) { listing.add(what, found) }
    add("program", "SAMBench \(Program.version)")
    add("catalogues", "\(MethodCatalogue.all.count) methods, \(ModelCatalogue.all.count) models")
    add("processor", machine.processor)
    add("processors allowed", String(machine.processors))
    add("memory", "\(ProcessInfo.processInfo.physicalMemory / 1_000_000) MB")
    add("kernel", machine.kernel)
    add("OpenBLAS", BLAS.build.trimmingCharacters(in: .whitespaces))
    add("OpenBLAS core", BLAS.core)
    if let warning = BLAS.warning { advice.append(warning) }
    add("vector instructions", DoctorCommand.instructions)
    add("HDF5", hdf5Version)
    add("data folder", folder?.path ?? "none: images are generated; `data fetch` downloads the official ones")
    for source in OfficialData.allCases {
      guard let folder else {
        add(source.title, "generated")
        continue
      }
      let found = DoctorCommand.verdict(source, in: folder)
      add(source.title, found.text)
      if let way = found.advice { advice.append(way) }
      if found.status != .done { status = found.status }
    }
    if folder == nil {
      advice.append(
        "Accuracies on generated images cannot be compared with the paper's. To train on CIFAR, run "
          + "`\(programName) data fetch`, or name a data folder with --data or SAMBENCH_DATA.")
    }
    add("suites folder", (try? SuitesFolder.names(in: "suites").joined(separator: " ")) ?? "none here; see --suites")
    add("results folder", DoctorCommand.place(resultsFolder))
    for (tool, purpose) in [("gnuplot", "figures"), ("sbatch", "clusters"), ("h5dump", "inspecting result files")] {
      add(tool, ChildProcess.path(of: tool) ?? "not found; needed only for \(purpose)")
    }
    if DoctorCommand.freeSpace(resultsFolder) == nil {
      advice.append("\(resultsFolder) cannot be written. Choose another folder with --results.")
      status = .inputOutput
    }
    if let newer = SourceFiles.newerThanProgram.first {
      advice.append("\(newer) is newer than this program. Rebuild with `make build`.")
    }
    let lines =
      advice.isEmpty ? "No problems found.\n" : TextLayout.folded(advice.map { "- \($0)\n" }.joined())
    answer(
      listing, as: formatOption.format,
      json: [
        "schema": 1, "found": listing.objects, "advice": .list(advice.map(Value.text)),
        "status": .integer(Int(status.rawValue)),
      ], text: listing.plainText + "\n" + lines)
    if status != .done { throw status }
  }

  /// The instruction set of this build and, if it is wider, that of the CPU.
  private static var instructions: String {
    let build = InstructionSet.ofThisBuild
    guard let cpu = InstructionSet.ofThisCPU, cpu > build else { return build.title }
    return
      "\(build.title); this CPU supports \(cpu.title): build here with `make build`, or install a `make dist` release"
  }

  private static func verdict(
    _ source: OfficialData, in folder: DataFolder
  ) -> (text: String, advice: String?, status: ExitStatus) {
    do {
      let verdicts = try source.verify(in: folder.path)
      let damaged = verdicts.count(where: \.isDamaged)
      if damaged > 0 {
        return (
          "\(damaged) of \(verdicts.count) files damaged",
          "\(source.title): `\(programName) data verify` lists the damaged files.", .damagedFile
        )
      }
      let official = verdicts.count(where: \.isOfficial)
      if official == verdicts.count { return ("official, \(official) files", nil, .done) }
      return (
        "\(verdicts.count - official) of \(verdicts.count) files are a subset or generated",
        "\(source.title): the paper profile requires the official files. Run `\(programName) data fetch`.", .done
      )
    } catch {
      if folder.isNamed {
        return ("not in \(folder.path)", "\(error)", ExitStatus(for: error) ?? .dataNotFound)
      }
      return ("not in \(folder.path): images are generated", nil, .done)
    }
  }

  /// The folder and the free space of its file system.
  private static func place(_ folder: String) -> String {
    freeSpace(folder).map { "\(folder), \($0 / 1_000_000) MB free" } ?? "\(folder): cannot be written"
  }

  /// Free bytes of the file system of a folder that may not exist yet; nil if it cannot be written.
  private static func freeSpace(_ folder: String) -> Int64? {
    var url = URL(fileURLWithPath: folder)
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
    guard FileManager.default.isWritableFile(atPath: url.path) else { return nil }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: url.path)
    return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
  }
}
