import Foundation
import Store
import Testing

/// Errors on invalid input: the problem, its place, the allowed values and the remedy.
extension CommandTests {
  @Test(
    "an invalid suite: 64, with file, line, the allowed values and the remedy",
    arguments: [
      ("seeds: [1]", "seeds: []", "6: 'seeds' must be a list with at least one seed, not an empty one."),
      ("seeds: [1]", "seeds: 1", "6: 'seeds' must be a list, not 1."),
      ("seeds: [1]", "seeds: [1, 1]", "6: 'seeds' must be different numbers, not 1 twice."),
      ("seeds: [1]", "seeds: [one]", "6: 'seeds' must be an integer from 0 to 2147483647, not one."),
      (
        "  seeds: [1]", "  seeds: [1]\n  seeds: [2]",
        "6: 'seeds' is written twice in one mapping. Keep one of them."
      ),
      ("seeds: [1]", "seeds: &all [1]", "6: anchors and aliases (&all) are not allowed; write the value out."),
      ("seeds: [1]", "seeds: *all", "6: not valid YAML: found undefined alias."),
      ("title: One cell", "title: [a]", "1: 'title' must be text, not a list."),
      ("epochs: 2", "epochs: two", "7: the recipe: 'epochs' must be an integer from 1 to 100000, not two."),
      ("epochs: 2", "epochs: 2.5", "7: the recipe: 'epochs' must be an integer from 1 to 100000, not 2.5."),
      (
        "epochs: 2", "epochs: 10:30",
        "7: the recipe: 'epochs' must be an integer from 1 to 100000, not 10:30. '10:30' is text in a suite, not a time "
          + "or a number."
      ),
      (
        "epochs: 2", "flip: yes",
        "7: the recipe: 'flip' must be true or false, not yes. 'yes' is text in a suite; write true or false."
      ),
      ("epochs: 2", "learning_rate: .nan", "7: '.nan' is not a value; leave the key out, or quote text."),
      (
        "epochs: 2", "learning_rate: -0.1",
        "7: the recipe: 'learning_rate' must be a number > 0.0 and <= 100.0, not -0.1."
      ),
      ("batch_size: 10", "batch_size: 0", "7: the recipe: 'batch_size' must be an integer from 1 to 65536, not 0."),
      (
        "training: 20", "training: -20",
        "7: dataset cifar10: 'training' must be an integer from 0 to 10000000, not -20."
      ),
      ("depth: 10", "depth: 11", "4: model resnet: 'depth' must be one of 10, 18, 34, not 11."),
      (
        "{name: sgd, label: SGD}", "{name: sdg, label: SGD}",
        "5: unknown method 'sdg'. Did you mean 'sgd'? Known: sgd, sam, looksam, esam, saf, mesa, ae-sam, vsam, asam, "
          + "gsam, friendly-sam, msam, rst, gnp, wsam, vasso."
      ),
      (
        "{name: sgd, label: SGD}", "{name: vsam, label: V, window: 50, slices: 7}",
        "5: method vsam: 'slices' must divide the window of 50 iterations, which 7 does not."
      ),
      (
        "{name: sgd, label: SGD}", "{name: vsam, label: V, alpha: -0.1}",
        "5: method vsam: 'alpha' must be a number >= 0.0 and <= 1.0, not -0.1."
      ),
      (
        "{name: sgd, label: SGD}", "{name: sam, label: S, rho: .inf}",
        "5: '.inf' is not a value; leave the key out, or quote text."
      ),
    ])
  func badSuite(_ from: String, _ to: String, _ complaint: String) throws {
    let ending = try sambench("run", in: workplace(CommandTests.oneCell.replacing(from, with: to)))
    #expect(ending == Ending(status: 64, output: "", complaint: "sambench: suites/mine.yaml:\(complaint)\n"))
  }

  @Test("a million cells: 64, with the limit, before any is created")
  func million() throws {
    let methods = (1...100).map { "{name: sgd, label: SGD \($0)}" }.joined(separator: ", ")
    let models = (1...100).map { "{name: resnet, label: Net \($0), depth: 10, width: 4}" }.joined(separator: ", ")
    let suite = CommandTests.oneCell.replacing("{name: sgd, label: SGD}", with: methods)
      .replacing("{name: resnet, label: ResNet, depth: 10, width: 4}", with: models)
      .replacing("seeds: [1]", with: "seeds: [\((1...100).map(String.init).joined(separator: ", "))]")
    #expect(
      try sambench("run", in: workplace(suite))
        == Ending(
          status: 64, output: "",
          complaint:
            "sambench: suites/mine.yaml:1: 1000000 cells exceed the limit of 100000 per suite. Split the suite or use "
            + "fewer seeds.\n"))
  }

  /// The object in place of a data file. Permissions do not stop the superuser; a link to itself does.
  enum Spoiling: String, CaseIterable {
    case empty, long, folder, gone, unreadable
  }

  @Test("an unusable data file: the path, the problem and the remedy", arguments: Spoiling.allCases)
  func badData(_ kind: Spoiling) throws {
    let folder = try workplace()
    try writeData(in: folder) { bytes in
      if kind == .empty { bytes = [] }
      if kind == .long { bytes.append(0) }
    }
    let file = folder.path + "/cifar-10-batches-bin/data_batch_3.bin"
    let files = FileManager.default
    switch kind {
    case .empty, .long: break
    case .gone: try files.removeItem(atPath: file)
    case .folder:
      try files.removeItem(atPath: file)
      try files.createDirectory(atPath: file, withIntermediateDirectories: false)
    case .unreadable:
      try files.removeItem(atPath: file)
      try files.createSymbolicLink(atPath: file, withDestinationPath: "data_batch_3.bin")
    }
    let (status, complaint): (Int32, String) =
      switch kind {
      case .empty: (7, "empty. It must contain records of 3073 bytes; copy or download it again.")
      case .long:
        (
          7,
          "92191 bytes are not a multiple of the record size, 3073 bytes: 1 more than 30 records. The file was "
            + "truncated or extended; copy or download it again."
        )
      case .folder:
        (7, "a folder or device, not a data file. Replace it with the file.")
      case .gone:
        (66, "missing. All files of cifar10 are required; download them with 'data fetch cifar10'.")
      case .unreadable:
        (74, "cannot be read (Too many levels of symbolic links). Check its permissions and the disk.")
      }
    #expect(
      try sambench("run", "--data", ".", in: folder)
        == Ending(
          status: status, output: "",
          complaint: "sambench: ./cifar-10-batches-bin/data_batch_3.bin: \(complaint)\n"))
  }

  @Test("a data folder that the system refuses to read is not treated as empty: 74, with the reason")
  func badFolder() throws {
    let folder = try workplace()
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/loop", withDestinationPath: "loop")
    #expect(
      try sambench("run", "--data", "loop", in: folder)
        == Ending(
          status: 74, output: "",
          complaint: "sambench: loop/data_batch_1.bin: cannot be read (Too many levels of symbolic links). Check its "
            + "permissions and the disk.\n"))
  }

  @Test("a profile that requires the official files refuses other counts and bytes: 64, with the way to get them")
  func unofficial() throws {
    let folder = try workplace(
      CommandTests.oneCell.replacing("{quick: {evidence: false}}", with: "{quick: {data: official}}")
        .replacing("dataset: {training: 20, test: 10}, ", with: ""))
    let refusal = "sambench: cifar10: this profile requires the complete official files, and these are not: "
    let remedy =
      " 'data verify' checks every file, 'data fetch cifar10' downloads the official files.\n"
    try writeData(in: folder) { _ in }
    #expect(
      try sambench("run", "--data", ".", in: folder)
        == Ending(
          status: 64, output: "",
          complaint: refusal + "data_batch_1.bin has 30 records, the official file 10000." + remedy))
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
      try Data(count: 30_730_000).write(to: URL(fileURLWithPath: "\(folder.path)/cifar-10-batches-bin/\(name).bin"))
    }
    let ending = try sambench("run", "--data", ".", in: folder)
    #expect(ending.status == 64)
    #expect(ending.complaint.hasPrefix(refusal + "data_batch_1.bin has SHA-256 "), "\(ending.complaint)")
    #expect(ending.complaint.hasSuffix(remedy))
  }
}
