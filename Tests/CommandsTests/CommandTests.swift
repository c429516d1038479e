import Foundation
import Store
import TestSupport
import Testing

/// The built program in a child process, as a user or a scheduler sees it.
@Suite("The command line")
struct CommandTests {
  struct Ending: Equatable {
    var status: Int32
    var output: String
    var complaint: String
  }

  /// A temporary folder with a suite of one small cell on generated images.
  func workplace(_ suite: String = oneCell) throws -> Scratch {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path + "/suites", withIntermediateDirectories: true)
    try suite.write(toFile: scratch.path + "/suites/mine.yaml", atomically: true, encoding: .utf8)
    return scratch
  }

  static let oneCell = """
    title: One cell
    axes:
      datasets: [{name: cifar10, label: CIFAR-10}]
      models: [{name: resnet, label: ResNet, depth: 10, width: 4}]
      methods: [{name: sgd, label: SGD}]
      seeds: [1]
    rules: [{set: {dataset: {training: 20, test: 10}, recipe: {epochs: 2, batch_size: 10}}}]
    profiles: {quick: {evidence: false}}
    """

  /// Runs `sambench` in a folder; `watching` receives its standard error as it is written.
  ///
  /// - Parameter limit: a shell command to run before the program, such as "ulimit -v 1000000".
  func sambench(
    _ arguments: String..., in folder: Scratch, under limit: String? = nil,
    watching watch: ((Process, String) -> Void)? = nil
  ) throws -> Ending { try sambench(arguments, in: folder, under: limit, watching: watch) }

  func sambench(
    _ arguments: [String], in folder: Scratch, under limit: String? = nil, environment: [String: String] = [:],
    watching watch: ((Process, String) -> Void)? = nil
  ) throws -> Ending {
    // The program is next to the test runner.
    let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent("sambench")
    let process = Process()
    process.executableURL = limit == nil ? program : URL(fileURLWithPath: "/bin/sh")
    process.arguments = limit.map { ["-c", $0 + #"; exec "$0" "$@""#, program.path] + arguments } ?? arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "SAMBENCH_DATA" }
      .merging(environment) { $1 }
    // A file accepts any amount of output, so the child never waits for a reader.
    let output = folder.path + "/.output-\(UUID().uuidString)"
    try Data().write(to: URL(fileURLWithPath: output))
    process.standardOutput = FileHandle(forWritingAtPath: output)
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    var complaint = ""
    while case let data = errors.fileHandleForReading.availableData, !data.isEmpty {
      complaint += String(decoding: data, as: UTF8.self)
      watch?(process, complaint)
    }
    process.waitUntilExit()
    return Ending(
      status: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
      complaint: complaint)
  }

  @Test("a run trains, writes its result and its report, and a second run trains nothing")
  func run() throws {
    let folder = try workplace()
    let first = try sambench("run", "--format", "json", "--threads", "1", in: folder)
    #expect(first.status == 0, "\(first)")
    #expect(first.output.contains(#""finished":1"#) && first.output.contains(#""trained":1"#))
    #expect(first.complaint.contains("mine: ResNet, CIFAR-10, SGD, seed 1: finished"))
    #expect(FileManager.default.fileExists(atPath: folder.path + "/results/quick/report/report.md"))
    let second = try sambench("run", "--format", "json", in: folder)
    #expect(second.status == 0)
    #expect(second.output.contains(#""finished":1"#) && second.output.contains(#""trained":0"#))
    let status = try sambench("status", "--format", "csv", in: folder)
    #expect(
      status.output == """
        suite,cells,finished,running,started,missing,diverged,failed,damaged,newer
        mine,1,1,0,0,0,0,0,0,0

        """)
    #expect(try sambench("report", "--check", "--quiet", in: folder) == Ending(status: 0, output: "", complaint: ""))
  }

  @Test("a diverging run is recorded and reflected in the exit code")
  func diverge() throws {
    let folder = try workplace()
    let ending = try sambench(
      "run", "--quiet", "--set", "learning_rate=100", "--set", "weight_decay=1", "--set", "epochs=40", in: folder)
    #expect(ending.status == 3, "\(ending)")
    #expect(try sambench("status", in: folder).status == 0)
  }

  @Test("an unknown key in a suite: 64, with file, line and the nearest key")
  func unknownKey() throws {
    let folder = try workplace(CommandTests.oneCell + "\nbaselin: SGD")
    #expect(
      try sambench("run", in: folder)
        == Ending(
          status: 64, output: "",
          complaint:
            "sambench: suites/mine.yaml:9: unknown key 'baselin' in the suite. Did you mean 'baseline'? Known: "
            + "title, table, protocol, baseline, paper, equivalence, primary, mixtures, axes, defaults, rules, quoted, profiles, "
            + "resources, report, probes.\n"))
  }

  @Test("a missing suite: 64, with the existing ones")
  func unknownSuite() throws {
    #expect(
      try sambench("plan", "mien", in: workplace())
        == Ending(
          status: 64, output: "",
          complaint: "sambench: suites: unknown suite 'mien'. Did you mean 'mine'? Known: mine.\n"))
  }

  @Test("a missing data folder: 66")
  func noData() throws {
    let ending = try sambench("run", "--data", "nowhere", in: workplace())
    #expect(ending.status == 66)
    #expect(ending.complaint.hasPrefix("sambench: nowhere: no cifar10 files found."), "\(ending)")
  }

  /// CIFAR-10 files of 30 records each, one of them damaged.
  func writeData(in folder: Scratch, spoiling spoil: (inout [UInt8]) -> Void) throws {
    let place = folder.path + "/cifar-10-batches-bin"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    for name in (1...5).map({ "data_batch_\($0).bin" }) + ["test_batch.bin"] {
      var bytes = [UInt8](repeating: 1, count: 30 * 3073)
      if name == "data_batch_3.bin" { spoil(&bytes) }
      try Data(bytes).write(to: URL(fileURLWithPath: "\(place)/\(name)"))
    }
  }

  @Test("a truncated data file: 7, with its size and the remedy")
  func truncated() throws {
    let folder = try workplace()
    try writeData(in: folder) { $0.removeLast(1000) }
    #expect(
      try sambench("run", "--data", ".", in: folder)
        == Ending(
          status: 7, output: "",
          complaint:
            "sambench: ./cifar-10-batches-bin/data_batch_3.bin: 91190 bytes are not a multiple of the record size, "
            + "3073 bytes: 2073 more than 29 records. The file was truncated or extended; copy or download it "
            + "again.\n"))
  }

  @Test("a label out of range: 7, with record and byte")
  func label() throws {
    let folder = try workplace()
    try writeData(in: folder) { $0[3073 * 4] = 10 }
    #expect(
      try sambench("run", "--data", ".", in: folder)
        == Ending(
          status: 7, output: "",
          complaint:
            "sambench: ./cifar-10-batches-bin/data_batch_3.bin: record 4 (counted from 0) has label 10 at byte "
            + "12292; allowed are 0 to 9. The file is damaged or has another layout; copy or download it again.\n"))
  }

  @Test("a results folder that cannot be written: 74 before anything is trained")
  func unwritable() throws {
    let folder = try workplace()
    try "in the way".write(toFile: folder.path + "/results", atomically: true, encoding: .utf8)
    let ending = try sambench("run", in: folder)
    #expect(ending.status == 74)
    #expect(
      ending.complaint
        == "sambench: cannot create the folder 'results': Not a directory. Another file has that name: move it "
        + "or choose another folder with --results.\n")
  }

  @Test(
    "invalid options: 64, with the allowed values",
    arguments: [
      ("--jobs=0", "--jobs must be an integer from 1 to 4096, not 0."),
      ("--threads=0", "--threads must be an integer from 1 to 4096, not 0."),
      ("--threads=4096", "1 job of 4096 threads is more than the"),
      ("--time-limit=60", "--time-limit <time-limit>"),
      ("--checkpoint-every=-1s", "--checkpoint-every <checkpoint-every>"),
      ("--only=method=sam", "unknown method 'sam'. Known: SGD."),
      ("--set=epochs=0", "'epochs' must be an integer from 1 to 100000, not 0."),
      ("--profile=quik", "unknown profile 'quik'. Did you mean 'quick'? Known: quick."),
    ])
  func options(_ option: String, _ part: String) throws {
    let ending = try sambench("run", option, in: workplace())
    #expect(ending.status == 64)
    #expect(ending.complaint.contains(part), "\(ending.complaint)")
  }

  @Test("without results, report explains how to get them and ends with 5")
  func noResults() throws {
    let ending = try sambench("report", in: workplace())
    #expect(ending.status == 5)
    #expect(ending.complaint.hasSuffix("Train them first: sambench run\n"))
  }

  /// The science digests of a folder's cells by ID.
  func digests(_ folder: Scratch) throws -> [String: String] {
    let store = RunStore(folder: folder.path + "/results/quick")
    return try Dictionary(
      uniqueKeysWithValues: store.ids().map { ($0, try store.record(of: $0, .summary).scienceDigest) })
  }

  static let longCell = oneCell.replacing("epochs: 2", with: "epochs: 200")

  @Test(
    "a signal ends the run after the current step with a checkpoint and 75; rerunning it gives the same bits",
    arguments: [SIGINT, SIGTERM, SIGUSR1])
  func interrupt(_ number: Int32) throws {
    let folder = try workplace(CommandTests.longCell)
    var isSent = false
    let ending = try sambench("run", "--threads", "1", "--checkpoint-every", "0.05s", in: folder) {
      process, complaint in
      guard !isSent && complaint.contains("1 to train") else { return }
      isSent = true
      // Only the files show that a first checkpoint exists; a child that ends without one fails below.
      let work = folder.path + "/results/quick/work"
      while process.isRunning,
        !(FileManager.default.subpaths(atPath: work) ?? []).contains(where: { $0.hasSuffix("-1") })
      {
        sched_yield()
      }
      kill(process.processIdentifier, number)
    }
    #expect(ending.status == 75, "\(ending)")
    #expect(try digests(folder).isEmpty)
    let again = try sambench("run", "--threads", "2", "--oversubscribe", in: folder)
    #expect(again.status == 0 && again.complaint.contains("resumes after iteration"), "\(again)")
    let whole = try workplace(CommandTests.longCell)
    #expect(try sambench("run", "--quiet", "--threads", "1", in: whole).status == 0)
    #expect(try digests(folder) == digests(whole))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/results/quick/work").isEmpty)
  }

  @Test("the time limit ends a run with 75, and resuming without one gives the bits of an uninterrupted run")
  func timeLimit() throws {
    let folder = try workplace(CommandTests.longCell)
    // The limit is reached before the first step.
    #expect(try sambench("run", "--quiet", "--threads", "1", "--time-limit", "0.001s", in: folder).status == 75)
    #expect(try sambench("run", "--quiet", "--threads", "1", in: folder).status == 0)
    let whole = try workplace(CommandTests.longCell)
    #expect(try sambench("run", "--quiet", "--threads", "1", in: whole).status == 0)
    #expect(try digests(folder) == digests(whole))
  }

  @Test(
    "list prints every catalogue as JSON, one object per row",
    arguments: ["methods", "models", "datasets", "recipe"])
  func list(_ subject: String) throws {
    let ending = try sambench("list", subject, "--format", "json", in: workplace())
    #expect(ending.status == 0)
    let rows = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [[String: Any]]
    #expect(rows?.isEmpty == false)
  }
}
