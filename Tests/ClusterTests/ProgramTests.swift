import Foundation
import Testing

/// The built program with a scheduler made of shell scripts in its PATH, as a user of a login node sees it.
@Suite("submit, status, cancel and job")
struct ProgramTests {
  struct Ending: Equatable {
    var status: Int32
    var output: String
    var complaint: String
  }

  private let folder: Scratch

  init() throws {
    folder = try Scratch()
    try folder.write(
      suiteText.replacing("small: {evidence: false}", with: "quick: {evidence: false}"), to: "suites/mine.yaml")
    // Each call appends its arguments to a file; `queue` is the output of squeue. There is no sacct.
    let log = #"echo "$(basename "$0") $*" >> calls"#
    let programs = [
      "sbatch": #"n=$(cat jobs 2>/dev/null || echo 100); echo $((n + 1)) > jobs; echo "$n""#,
      "squeue": "cat queue 2>/dev/null || true",
      "scontrol": #"[ "$1" != show ] || echo "MaxArraySize = 4""#, "scancel": "",
    ]
    for (name, body) in programs { try install(name, "\(log)\n\(body)") }
  }

  private func install(_ program: String, _ body: String) throws {
    try folder.write("#!/bin/sh\n\(body)\n", to: "bin/\(program)")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path + "/bin/\(program)")
  }

  private func sambench(
    _ arguments: String..., environment: [String: String] = [:], watching watch: ((Process) -> Void)? = nil
  ) throws -> Ending {
    // The program is in the folder of the test runner.
    let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent("sambench")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    var all = ProcessInfo.processInfo.environment.filter {
      $0.key != "SAMBENCH_DATA" && !$0.key.hasPrefix("SLURM")
    }
    all["PATH"] = folder.path + "/bin:" + (all["PATH"] ?? "/usr/bin:/bin")
    process.environment = all.merging(environment) { $1 }
    let files = ["output", "complaint"].map { folder.path + "/." + $0 }
    for file in files { try Data().write(to: URL(fileURLWithPath: file)) }
    process.standardOutput = FileHandle(forWritingAtPath: files[0])
    process.standardError = FileHandle(forWritingAtPath: files[1])
    try process.run()
    watch?(process)
    process.waitUntilExit()
    return Ending(
      status: process.terminationStatus, output: try String(contentsOfFile: files[0], encoding: .utf8),
      complaint: try String(contentsOfFile: files[1], encoding: .utf8))
  }

  private func calls() -> [String] {
    ((try? folder.read("calls")) ?? "").split(separator: "\n").map(String.init)
  }

  /// The cell of a task of the first array.
  private func id(ofTask index: Int) throws -> String {
    for line in try folder.read("results/quick/cluster/001/plan.jsonl").split(separator: "\n") {
      let task = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      if task?["array"] as? String == "1", task?["index"] as? Int == index, let id = task?["id"] as? String {
        return id
      }
    }
    throw CocoaError(.fileNoSuchFile)
  }

  private var plan: String { folder.path + "/results/quick/cluster/001/plan.jsonl" }

  @Test("from login to results: jobs train the submitted cells, and only missing cells are submitted again")
  func wholeWay() throws {
    let first = try sambench("submit", "--account", "lab")
    #expect(first.status == 0, "\(first)")
    #expect(
      first.output.hasPrefix("6 cells: 0 done, 0 queued, 6 to send\njob 100: 4 cells of mine: ResNet-18; SGD, SAM\n"))
    #expect(calls().filter { $0.hasPrefix("sbatch") }.count == 2)
    let script = try folder.read("results/quick/cluster/001/1.sh")
    #expect(script.contains("#SBATCH --array=0-3\n") && script.contains("#SBATCH --account=lab\n"))

    // One trained, one running, one waiting, one held after a failed launch; two of the second array forgotten.
    #expect(try sambench("job", plan, "1", "0").status == 0)
    try folder.write(
      """
      100|1|RUNNING|0|node7|None|
      100|2|PENDING|0||Priority|
      100|3|PENDING|1||launch failed requeued held|

      """, to: "queue")
    try folder.write("iteration 7\nsegmentation fault\n", to: "results/quick/cluster/001/log/101_0.out")
    try folder.write(
      #"{"alias":"a","epoch":3,"epochs":9,"iteration":7,"iterations":9,"loss":1.25,"imagesPerSecond":80,"secondsLeft":60}"#,
      to: "results/quick/work/\(try id(ofTask: 1))/progress.json")
    let status = try sambench("status")
    #expect(
      status.output.hasPrefix(
        """
        quick profile on CIFAR-10, generated (20 training and 10 test images)
        suite  cells  finished  running  started  missing  diverged  failed  damaged  newer  pending  requeued  held  lost
        mine   6      1         1        0        0        0         0       0        0      1        0         1     2
        """), "\(status.output)")
    #expect(
      status.output.contains("running  77 % (7/9)  3/9    1.25        80                 60 s  task 100_1, node node7"))
    #expect(status.output.contains("task 101_0: iteration 7 | segmentation fault"))

    let second = try sambench("submit")
    #expect(
      second.output.hasPrefix(
        "6 cells: 1 done, 3 queued, 2 to send\n100_3: was held after a failed launch; released\n"))
    #expect(calls().contains("scontrol release 100_3"))
    #expect(try folder.read("results/quick/cluster/002/1.sh").contains("#SBATCH --array=0-1\n"))

    #expect(try sambench("cancel", "--only", "seed=1").output.hasSuffix("1 cell canceled\n"))
    #expect(calls().contains("scancel 100_[1]"))
  }

  @Test("a dry run and printed commands submit nothing; printed commands can be run")
  func print() throws {
    let dry = try sambench("submit", "--dry-run")
    #expect(dry.status == 0 && dry.output.contains("#SBATCH --array=0-3") && dry.output.contains("sbatch --parsable "))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/results"))
    let printed = try sambench("submit", "--executor", "print")
    let commands = printed.output.split(separator: "\n")
    #expect(commands.count == 6 && commands.allSatisfy { $0.contains(" job \(plan) 1 ") })
    #expect(!calls().contains { $0.hasPrefix("sbatch") })
    #expect(try sambench("job", plan, "1", "5").status == 0)
    #expect(try sambench("status", "--format", "csv").output.hasSuffix("mine,6,1,0,0,5,0,0,0,0\n"))
  }

  @Test("a job refuses to run with another build, for a task that is not planned, and on other data")
  func refusals() throws {
    #expect(try sambench("submit", "--executor", "print").status == 0)
    #expect(try sambench("job", plan, "1", "9").complaint.contains("no task 9 in array 1."))
    let text = try String(contentsOfFile: plan, encoding: .utf8)
    let id = try #require(text.firstMatch(of: /"id":"([^"]+)"/)).1
    try text.replacing("\"id\":\"\(id)\"", with: "\"id\":\"another\"").write(
      toFile: plan, atomically: true, encoding: .utf8)
    let other = try sambench("job", plan, "1", "0")
    #expect(other.status == 64 && other.complaint.contains("on this node the cell is \(id), not another"), "\(other)")
    let digest = try #require(text.firstMatch(of: /"sha256":"([0-9a-f]+)"/)).1
    try text.replacing(digest, with: "0123456789abcdef").write(toFile: plan, atomically: true, encoding: .utf8)
    let build = try sambench("job", plan, "1", "0")
    #expect(build.status == 64 && build.complaint.contains("planned with build 0123456789ab, but this is"))
  }

  @Test("a job trains only its own cell, also for a baseline that the table does not show")
  func alone() throws {
    let text = try folder.read("suites/mine.yaml").replacing(
      "{name: sam, label: SAM}", with: "{name: sam, label: SAM-5, period: 5}")
    try folder.write(text + "\nbaseline: {name: sam, label: SAM}\n", to: "suites/mine.yaml")
    #expect(try sambench("submit", "--executor", "print").status == 0)
    let lines = try String(contentsOfFile: plan, encoding: .utf8).split(separator: "\n")
    let line = try #require(lines.first { $0.contains(#""method":"SAM","#) })
    let index = try #require(line.firstMatch(of: /"index":([0-9]+)/)).1
    #expect(try sambench("job", plan, "1", String(index)).status == 0)
    let cells = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/results/quick/cells")
    #expect(cells.count == 1 && line.contains(cells[0].dropLast(3)), "\(cells) \(line)")
  }

  @Test("a cell that starts from another one is submitted after it, and not without it")
  func start() throws {
    let rows =
      "{name: sgd, label: plain}, {name: sam, label: LSQ, starts_from: plain, quantization: {scheme: lsq, weights: 4, activations: 4, first_last: 8}}"
    let text = try folder.read("suites/mine.yaml").replacing(
      "{name: sgd, label: SGD}, {name: sam, label: SAM}", with: rows)
    try folder.write(text, to: "suites/mine.yaml")
    let alone = try sambench("submit", "--only", "method=LSQ")
    #expect(alone.status == 64 && alone.complaint.contains("Select that cell too with --only"), "\(alone)")
    #expect(try sambench("submit").status == 0)
    let results = folder.path + "/results/quick/cluster/001/"
    #expect(
      calls().filter { $0.hasPrefix("sbatch") } == [
        "sbatch --parsable \(results)1.sh",
        "sbatch --parsable --dependency=aftercorr:100 --kill-on-invalid-dep=yes \(results)2.sh",
      ])
    #expect(try folder.read("results/quick/cluster/001/2.sh").contains("#SBATCH --array=0-2\n"))
    // At first there is no result to start from; later there is.
    #expect(try sambench("job", plan, "2", "1").status == 3)
    #expect(try sambench("job", plan, "1", "1").status == 0)
    #expect(try sambench("job", plan, "2", "1").status == 0)
  }

  @Test("edits of suites after the submission do not affect submitted cells")
  func edited() throws {
    #expect(try sambench("submit", "--executor", "print").status == 0)
    try folder.write("title: broken", to: "suites/mine.yaml")
    #expect(try sambench("job", plan, "1", "0").status == 0)
  }

  @Test(
    "a job that gets the warning stops with 75 and requeues itself; a job that is canceled does not",
    arguments: [true, false])
  func warning(_ isWarned: Bool) throws {
    #expect(try sambench("submit", "--executor", "print", "--set", "epochs=100000").status == 0)
    let work = folder.path + "/results/quick/work"
    func hasProgress() -> Bool {
      (FileManager.default.subpaths(atPath: work) ?? []).contains { $0.hasSuffix("/progress.json") }
    }
    let ending = try sambench(
      "job", plan, "1", "0", environment: ["SLURM_ARRAY_JOB_ID": "55", "SLURM_ARRAY_TASK_ID": "4"]
    ) { process in
      while process.isRunning && !hasProgress() { usleep(1000) }
      kill(process.processIdentifier, isWarned ? SIGUSR1 : SIGTERM)
    }
    #expect(ending.status == 75, "\(ending)")
    #expect(calls().contains("scontrol requeue 55_4") == isWarned)
  }

  @Test("if the scheduler does not answer, nothing is submitted and the exit code is 69")
  func noScheduler() throws {
    try install("scontrol", "echo 'scontrol: error: no controller' >&2; exit 1")
    let ending = try sambench("submit")
    #expect(ending.status == 69 && ending.complaint.contains("no controller"), "\(ending)")
    #expect(!calls().contains { $0.hasPrefix("sbatch") })
  }

  @Test("results of another folder are merged; merging again adds nothing")
  func merge() throws {
    #expect(try sambench("run", "--only", "method=sgd,seed=1", "--results", "other", "--quiet").status == 0)
    let first = try sambench("merge", "other/quick")
    #expect(first == Ending(status: 0, output: "1 added, 0 same, 0 differs, 0 damaged\n", complaint: ""))
    #expect(try sambench("merge", "other/quick").output == "0 added, 1 same, 0 differs, 0 damaged\n")
    #expect(try sambench("merge", "nowhere").status == 64)
  }

  @Test("a forecast measures each network once and counts the remaining cells")
  func forecast() throws {
    let first = try sambench("plan", "--nodes", "2", "--cpus", "4", "--threads", "1")
    #expect(first.status == 0, "\(first)")
    #expect(first.output.contains("6 cells, ") && first.output.contains("on 2 nodes of 4 processors: "))
    #expect(first.complaint.contains("measuring ResNet-18 with 1 thread"))
    let second = try sambench("plan", "--nodes", "2", "--cpus", "4", "--threads", "1")
    #expect(second.output == first.output && second.complaint.isEmpty)
  }
}
