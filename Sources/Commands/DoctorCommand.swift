import ArgumentParser
import Configuration
import Datasets
import Foundation
import Kernels
import Methods
import Models
import Running
import Store

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what this machine is, what the program found on it, and what to do about it.",
    discussion: """
      EXAMPLES
        \(programName) doctor
        \(programName) doctor --data /srv/cifar --results /scratch/results
        \(programName) doctor --format json
      """)

  @Option(help: "The data folder; else SAMBENCH_DATA, else data/.", completion: .directory)
  var data: String?

  @Option(name: .customLong("results"), help: "The results folder.", completion: .directory)
  var resultsFolder = "results"

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    try check("--data", path: data)
    try check("--results", path: resultsFolder)
  }

  func run() throws {
    let machine = Machine.current
    let folder = DataFolder.locate(option: data)
    var listing = Listing(head: ["what", "found"])
    func add(_ what: String, _ found: String) { listing.rows.append([.text(what), .text(found)]) }
    add("program", "SAMBench \(Program.version)")
    add("catalogues", "\(MethodCatalogue.all.count) methods, \(ModelCatalogue.all.count) models")
    add("processor", machine.processor)
    add("processors allowed", String(machine.processors))
    add("memory", "\(ProcessInfo.processInfo.physicalMemory / 1_000_000) MB")
    add("kernel", machine.kernel)
    add("OpenBLAS", BLAS.build.trimmingCharacters(in: .whitespaces))
    add("OpenBLAS core", BLAS.warning.map { "\(BLAS.core). \($0)" } ?? BLAS.core)
    add("vector instructions", DoctorCommand.instructions)
    add("HDF5", hdf5Version)
    add("data folder", folder?.path ?? "none: images are generated; `data fetch` gets the official ones")
    for source in OfficialData.allCases {
      add(source.title, folder.map { DoctorCommand.verdict(source, in: $0.path) } ?? "generated")
    }
    add("suites folder", (try? SuiteOptions.names(in: "suites").joined(separator: " ")) ?? "none here: see --suites")
    add("results folder", DoctorCommand.place(resultsFolder))
    for (tool, purpose) in [("gnuplot", "figures"), ("sbatch", "clusters"), ("h5dump", "looking into result files")] {
      add(tool, DoctorCommand.path(of: tool) ?? "not found; only for \(purpose)")
    }
    answer(listing.text(as: formatOption.format))
  }

  /// What the program was compiled for, beside what the CPU can do.
  private static var instructions: String {
    let build = InstructionSet.ofThisBuild
    guard let cpu = InstructionSet.ofThisCPU, cpu > build else { return build.title }
    return
      "\(build.title); this CPU has \(cpu.title): build here with `make build`, or install a release of `make dist`"
  }

  private static func verdict(_ source: OfficialData, in folder: String) -> String {
    do {
      let verdicts = try source.verify(in: folder)
      let damaged = verdicts.count(where: \.isDamaged)
      return damaged == 0
        ? "\(verdicts.count) files"
        : "\(damaged) of \(verdicts.count) files damaged; `data verify` says which"
    } catch {
      return "not found: images are generated"
    }
  }

  /// The folder with the free space of the place it is in, or will be in.
  private static func place(_ folder: String) -> String {
    var url = URL(fileURLWithPath: folder)
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
    guard FileManager.default.isWritableFile(atPath: url.path) else {
      return "\(folder): cannot be written; choose another with --results"
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: url.path)
    let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
    return "\(folder), \(free.map { "\($0 / 1_000_000) MB free" } ?? "free space unknown")"
  }

  private static func path(of tool: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.lazy.map { "\($0)/\(tool)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
