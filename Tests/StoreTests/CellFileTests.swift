import Foundation
import Records
import Testing

@testable import Store

@Suite struct CellFileTests {
  let scratch: ScratchFolder
  let store: RunStore
  let record = RunRecord.sample()

  init() throws {
    scratch = try ScratchFolder()
    store = RunStore(folder: scratch.path)
    try store.write(record)
  }

  private var path: String { store.path(of: record.cellID) }

  /// Runs h5dump, which `make deps` installs, on the sample's file.
  private func h5dump(_ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["h5dump"] + arguments + [path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "h5dump failed; hdf5-tools must be installed (make deps)")
    return output
  }

  @Test("Equal records give equal bytes") func deterministic() throws {
    #expect(try CellFile.encode(record) == CellFile.encode(record))
  }

  @Test("The count of degenerate iterations is stored only if there are any") func degenerate() throws {
    #expect(!(try h5dump("-A", "-g", "/result").contains("degenerate_iterations")))
    var flagged = record
    flagged.result.degenerateIterations = 3
    try store.write(flagged)
    #expect(try h5dump("-A", "-g", "/result").contains("degenerate_iterations"))
    #expect(try store.record(of: flagged.cellID).result.degenerateIterations == 3)
  }

  @Test("The name of the method is a text of variable length, which h5py gives as str")
  func pythonText() throws {
    let name = try h5dump("-a", "/method")
    #expect(name.contains("STRSIZE H5T_VARIABLE") && name.contains("CSET H5T_CSET_UTF8") && name.contains("\"vsam\""))
  }

  @Test("Training fit and label noise are stored, and are not part of the science digest")
  func trainingFit() throws {
    let attributes = try h5dump("-A")
    #expect(!attributes.contains("train_accuracy") && !attributes.contains("noise"))
    #expect(try store.record(of: record.cellID).result.trainingFit == nil, "as in files that predate it")
    var known = record
    known.result.trainingFit = TrainingFit(loss: 0.25, accuracy: 98.5, clean: 99, noisy: 97, corrected: 1.5)
    (known.data.labelNoise, known.data.noisyCount) = (0.4, 37)
    try store.write(known)
    let read = try store.record(of: known.cellID)
    #expect(read.result == known.result && read.data == known.data)
    #expect(try store.record(of: known.cellID, .summary).data.noisyCount == 37)
    #expect(try #require(known.result.trainTestGap) == 98.5 - 400.0 / 7)
    #expect(try h5dump("-a", "/result/train_test_gap").contains("41.357"))
    #expect(known.scienceDigest == record.scienceDigest)
    // Without label noise there are no accuracies by label.
    known.result.trainingFit = TrainingFit(loss: 0.25, accuracy: 98.5)
    try store.write(known)
    #expect(try store.record(of: known.cellID).result.trainingFit == known.result.trainingFit)
    #expect(!(try h5dump("-A", "-g", "/result").contains("train_accuracy_noisy")))
  }

  @Test("the number of validation images is stored") func validation() throws {
    #expect(!(try h5dump("-A").contains("validation_count")))
    var tuned = record
    tuned.data.validationCount = 7
    try store.write(tuned)
    #expect(try store.record(of: tuned.cellID, .summary).data == tuned.data)
    #expect(tuned.data.description.hasSuffix(", 15000 training and 7 validation images"))
    #expect(record.data.description.hasSuffix(", 15000 training and 7 test images"))
  }

  @Test("h5dump finds every trace with unit, long name and axis") func header() throws {
    let header = try h5dump("-H")
    for name in [
      #"GROUP "traces""#, #"DATASET "iteration""#, #"DATASET "l2_psf""#, #"DATASET "window_end""#,
      #"DATASET "conv1.weight""#, #"ATTRIBUTE "DIMENSION_LIST""#, #"ATTRIBUTE "units""#, #"ATTRIBUTE "long_name""#,
      #"ATTRIBUTE "test_accuracy_last""#, #"ATTRIBUTE "machine""#, "( 2, 3, 1, 1 ) / ( 2, 3, 1, 1 )",
    ] { #expect(header.contains(name), "\(name)") }
    #expect(header.ranges(of: "H5T_VARIABLE").count == 3, "only the names for Python, which this program never reads")
  }

  @Test("Traces are compressed and have checksums, weights are stored plainly") func storage() throws {
    let loss = try h5dump("-p", "-H", "-d", "/traces/loss")
    for filter in ["SHUFFLE", "DEFLATE", "FLETCHER32"] { #expect(loss.contains(filter), "\(filter)") }
    let weight = try h5dump("-p", "-d", "/model/parameters/conv1.weight")
    #expect(weight.contains("CONTIGUOUS") && !weight.contains("DEFLATE") && weight.contains("1e-30"))
  }

  @Test("Every dataset is listed with the digest of its values") func integrity() throws {
    let paths = try h5dump("-d", "/integrity/dataset")
    let digests = try h5dump("-d", "/integrity/sha256")
    // `sha256sum` of the bytes 0 1 2 3 9 9 9, and of 0.25 and -0.5 as little-endian floats.
    for (path, digest) in [
      ("/predictions/class", "329b1ed52d13277870d52d71e5737f13747a818c57ca9588aef8abe2d89b2f6b"),
      ("/model/buffers/bn1.running_mean", "a87f7282fda4eba58e73df7310253f02b521d912a9d040beb42c09dceae258fd"),
    ] {
      #expect(paths.contains(path) && digests.contains(digest), "\(path)")
    }
    #expect(paths.contains("( 17 ) / ( 17 )"))
  }

  @Test("No object has a time stamp") func times() throws {
    let bytes = try scratch.bytes(path)
    let mark = Array("OHDR".utf8)
    let headers = bytes.indices.dropLast(6).filter { bytes[$0] == mark[0] && Array(bytes[$0..<$0 + 4]) == mark }
    #expect(headers.count > 10)
    // Bit 5 of the flags after signature and version: access, modification, change and birth times are stored.
    for header in headers { #expect(bytes[header + 5] & 0x20 == 0) }
  }

  @Test("A flipped byte is found anywhere in a real file") func flips() throws {
    let bytes = try scratch.bytes(path)
    for position in stride(from: 0, to: bytes.count, by: 293) {
      var damaged = bytes
      damaged[position] ^= 0x10
      try scratch.write(damaged, to: path)
      guard case .damaged = try store.status(of: record.cellID) else {
        return #expect(Bool(false), "byte \(position) went unnoticed")
      }
    }
  }

  @Test("A sealed file that HDF5 cannot open is damaged, with HDF5's error message") func unopenable() throws {
    let content = Array(repeating: UInt8(1), count: 4000)
    try scratch.write(Seal.block(for: content) + content, to: path)
    let error = #expect(throws: StoreError.self) { try store.record(of: record.cellID) }
    #expect(error?.description.contains("HDF5 cannot open the file") == true)
    #expect(error?.description.contains("file signature not found") == true)
  }
}

@Suite("Integers of quantized weights")
struct IntegerTests {
  private func record() -> RunRecord {
    var record = RunRecord.sample()
    record.parameters = [
      NamedTensor(name: "c.weight", shape: [2, 1, 1, 2], values: [0.0625, -0.1875, 2, -9]),
      NamedTensor(name: "c.weight_step", shape: [1], values: [-0.125]),
    ]
    record.quantized = [
      QuantizedTensor(
        name: "c.weight", shape: [2, 1, 1, 2], integers: [0, -2, 7, -8], step: 0.125, lowest: -8, highest: 7)
    ]
    return record
  }

  @Test("survive a round trip, and only quantized cells have them")
  func roundTrip() throws {
    let folder = try ScratchFolder()
    let store = RunStore(folder: folder.path)
    try store.write(record())
    #expect(try store.record(of: record().cellID).quantized == record().quantized)
    #expect(record().scienceDigest != RunRecord.sample().scienceDigest)
    #expect(RunRecord.sample().integerSummaries.isEmpty)
  }

  @Test("are checked against the latent weights and the step, ties to even")
  func check() throws {
    let summary = try #require(record().integerSummaries.first)
    #expect(summary.problem == nil && summary.used == -8...7 && summary.allowed == -8...7 && summary.zeros == 25)
    func problem(_ change: (inout RunRecord) -> Void) -> String? {
      var record = record()
      change(&record)
      return record.integerSummaries[0].problem
    }
    #expect(problem { $0.quantized[0].integers[0] = 1 } == "value 0 is 1, but its latent weight gives 0.0")
    #expect(problem { $0.quantized[0].highest = 6 } == "value 2 is 7, outside -8 ... 6")
    #expect(problem { $0.quantized[0].step = 0.25 } == "its step differs from the stored parameter")
    #expect(problem { $0.parameters[0].name = "d" } == "its latent weight is not among the parameters")
  }
}
