import ArgumentParser
import Configuration
import Core
import Datasets
import Foundation
import Kernels
import Methods
import Probes
import Records
import Reports
import Running
import Store
import Suites

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Measures the loss around a cell's final weights: Hessian, sharpness, PSF.",
    discussion: """
      Computes Hessian eigenvalues and trace, m-sharpness, PSF, loss curves and calibration at the final weights of a \
      stored cell, on part of its training images without augmentation, in evaluation mode and with batch statistics. \
      The results are added to the cell's file, and shown by inspect and report. The science digest does not change. \
      docs/probes.md explains every number.

      A probe takes about 275 gradients over its images. There are no checkpoints: a probe that is interrupted writes \
      nothing.

      EXAMPLES
        \(programName) probe 'table3 resnet cifar-10 vsam seed 1'
        \(programName) probe cell.h5 --images 1024 --rho 0.1
        \(programName) probe cell.h5 --no-store --format json > probe.json
      """)

  @Argument(
    help: "A file, an id, or a pattern, as in inspect.",
    completion: .custom { _, _, _ in Completion.cells })
  var cell: String

  @OptionGroup var results: ResultsOptions

  @Option(help: "Number of training images. The time is proportional to it.")
  var images = 256

  @Option(help: "Radius for sharpness and PSF; by default that of the cell's method, or else SAM's default.")
  var rho: Double?

  @Option(help: "Random vectors for the trace.")
  var vectors = 8

  @Option(help: "Maximum of Lanczos steps. Lanczos stops when the residuals of five eigenvalues are below 2 percent.")
  var steps = 20

  @Option(
    name: .customLong("difference"),
    help: "Step of the central differences, a length in weight space; by default that at which they agree best.")
  var difference: Double?

  @Option(help: "Threads; by default all available CPUs. Results do not depend on it.")
  var threads: Int?

  @Option(help: "The data folder; else SAMBENCH_DATA, else data/.", completion: .directory)
  var data: String?

  @OptionGroup var suitesFolder: SuitesFolder

  @Flag(name: .customLong("no-store"), help: "Print the results without storing them.")
  var isForgotten = false

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    try check("a cell", path: cell)
    try check("--data", path: data)
    try check("--images", images, in: 2...1_000_000)
    try check("--vectors", vectors, in: 2...100_000)
    try check("--steps", steps, in: 5...1000)
    try check("--threads", threads, in: Bounds.processors)
    if let rho, !(rho > 0 && rho <= 10) {
      throw ValidationError("--rho must be a number above 0 and at most 10, not \(rho).")
    }
    if let difference, !(difference > 0 && difference <= 1) {
      throw ValidationError("--difference must be a number above 0 and at most 1, not \(difference).")
    }
  }

  func run() throws {
    let lookup = CellLookup(cell, in: RunStore(folder: results.folder))
    var record = try lookup.record()
    let run = try StoredRun(record)
    let dataset = try run.dataset(choices(of: record), folder: DataFolder.locate(option: data))
    let count = min(images, dataset.training.count)
    var settings = ProbeSettings(radius: rho ?? run.radius, batchSize: min(run.recipe[Recipe.batchSize], count))
    (settings.traceVectors, settings.lanczosSteps, settings.step) = (vectors, steps, difference)
    let workers = threads ?? WorkerPool.allowedCPUs
    let node = run.node(classes: dataset.classes)
    try BLAS.reserve(products: workers)
    try TooLittleMemory.check(
      NetworkProbe.leastBytes(of: node, images: count, settings) + workers * WorkerPool.stackBytes,
      in: MemoryLimit.current())
    let probe = try NetworkProbe(
      node, run.tensors, on: dataset, images: count, settings, pool: WorkerPool(workers: workers))
    let start = ContinuousClock.now
    record.probes = probe.record(predictions: record.predictions) { part in
      let seconds = Int(start.duration(to: .now) / .seconds(1))
      StandardStream.error.write("\(seconds) s  \(part)\n")
    }
    // The file may be read-only: the results are printed nevertheless.
    var refusal: StoreError?
    if !isForgotten {
      do throws(StoreError) { try RunStore.rewrite(record, atPath: lookup.path(of: record)) } catch { refusal = error }
    }
    let page = ProbePage(record)
    switch formatOption.format {
    case .text: answer(page.page.plainText)
    case .markdown: answer(page.page.markdown)
    case .csv: answer(page.data.csv)
    case .json: answer(page.json)
    }
    if let refusal { throw refusal }
  }

  /// Settings of the cell's data set in all suites at its profile, those of its own suite first.
  private func choices(of record: RunRecord) -> [Settings] {
    let grids = SuitesFolder.files(in: suitesFolder.path).compactMap { file -> Grid? in
      // Protocols and invalid suites are skipped.
      guard let suite = try? Suite(contentsOf: file), suite.profiles.contains(record.profile) else { return nil }
      return try? suite.grid(profile: record.profile, vocabulary: .catalogues)
    }
    let own = grids.filter { $0.suite.name == record.suite }
    return (own + grids).flatMap(\.entries).flatMap(\.cells).map(\.dataset)
      .filter { $0.name == record.data.name }.map(\.settings)
  }
}
