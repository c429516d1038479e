import Foundation
import Records
import Store
import TestSupport
import Testing

/// The program with little address space, after a suspension and without /proc; and cells that start from an unsuitable
/// cell.
extension CommandTests {
  private static let twoSteps = oneCell.replacing(
    "{name: sgd, label: SGD}",
    with: "{name: sgd, label: SGD}, {name: sgd, label: Q, starts_from: SGD, quantization: {scheme: lsq}}")

  private func store(in folder: Scratch) -> RunStore { RunStore(folder: folder.path + "/results/quick") }

  @Test(
    "under any limit of the address space, every command ends, and failures are reported",
    arguments: [["run", "--threads", "1"], ["run", "--threads", "3", "--oversubscribe"], ["verify"]])
  func addressSpace(_ command: [String]) throws {
    let folder = try workplace()
    if command == ["verify"] { #expect(try sambench("run", "--quiet", in: folder).status == 0) }
    var endings: [Int: Int32] = [:]
    for megabytes in stride(from: 140, through: 860, by: 60) {
      try? FileManager.default.removeItem(atPath: folder.path + (command == ["verify"] ? "/none" : "/results"))
      let ending = try sambench(
        command, in: folder, under: "ulimit -v \(megabytes << 10); timeout -k 1 30 \"$0\" \"$@\"; exit $?")
      endings[megabytes] = ending.status
      // The system cannot even load the program, or OpenBLAS ends it during loading.
      let isLoaded = ending.status != 127 && !ending.complaint.contains("OpenBLAS blas_thread_init: ")
      #expect(!isLoaded || [0, 3, 74].contains(ending.status), "\(megabytes) MB: \(ending)")
      #expect(ending.status == 0 || !(ending.output + ending.complaint).isEmpty, "\(megabytes) MB: \(ending)")
    }
    #expect(endings[860] == 0, "\(endings)")
  }

  @Test("a suspended run keeps its result, and its speed is marked as not valid")
  func suspended() throws {
    let suite = CommandTests.oneCell.replacing("epochs: 2", with: "epochs: 300")
    let (plain, paused) = (try workplace(suite), try workplace(suite))
    #expect(try sambench("run", "--quiet", "--threads", "1", in: plain).status == 0)
    var isPaused = false
    let work = paused.path + "/results/quick/work"
    let ending = try sambench("run", "--threads", "1", "--checkpoint-every", "0.1s", in: paused) { process, complaint in
      guard !isPaused && complaint.contains("1 to train\n") else { return }
      isPaused = true
      // Once the first checkpoint exists, the run is in the middle of its steps.
      for _ in 0..<600
      where !(FileManager.default.subpaths(atPath: work) ?? []).contains(where: { $0.hasSuffix("/checkpoint-0") }) {
        usleep(50_000)
      }
      kill(process.processIdentifier, SIGSTOP)
      usleep(6_000_000)
      kill(process.processIdentifier, SIGCONT)
    }
    #expect(ending.status == 0 && isPaused, "\(ending)")
    func record(_ folder: Scratch) throws -> RunRecord {
      try store(in: folder).record(of: try #require(try store(in: folder).ids().first))
    }
    let (whole, stopped) = (try record(plain), try record(paused))
    #expect(whole.result.timing.isValid && !stopped.result.timing.isValid, "\(stopped.result.timing)")
    #expect(stopped.result.timing.note.isEmpty == false)
    #expect(try digests(plain) == digests(paused))
  }

  @Test(
    "a cell whose start does not match its network is not trained, and the reason names the start and the tensor",
    arguments: ["none", "shorter", "renamed", "no statistics"])
  func otherTensors(_ change: String) throws {
    let folder = try workplace(Self.twoSteps)
    #expect(try sambench("run", "--quiet", "--only", "method=SGD", in: folder).status == 0)
    let id = try #require(try store(in: folder).ids().first)
    var record = try store(in: folder).record(of: id)
    switch change {
    case "none": record.parameters = []
    case "shorter":
      record.parameters[0] = NamedTensor(name: record.parameters[0].name, shape: [2], values: [1, 2])
    case "renamed":
      let first = record.parameters[0]
      record.parameters[0] = NamedTensor(name: "another", shape: first.shape, values: first.values)
    default: record.buffers = []
    }
    try store(in: folder).write(record)
    let ending = try sambench("run", in: folder)
    #expect(ending.status == 3, "\(ending)")
    #expect(
      ending.output.contains("the weights of 'ResNet, CIFAR-10, SGD, seed 1' (\(id)) do not match the network: "),
      "\(ending)")
    #expect(try store(in: folder).ids() == [id])
    // After retraining, it can be used.
    #expect(try sambench("run", "--quiet", "--force", in: folder).status == 0)
  }

  @Test("without /proc, every command ends with 74 and names the problem", .enabled(if: geteuid() == 0))
  func noProc() throws {
    let folder = try workplace()
    let hidden = #"exec unshare -m sh -c 'umount -l /proc && exec "$0" "$@"' "$0" "$@""#
    guard try sambench("--version", in: folder, under: "unshare -m umount -l /proc && exit 9").status == 9 else {
      return  // A container without the permission to mount.
    }
    for arguments in [["verify"], ["run"], ["plan"], ["status"], ["report"], ["--help"], ["nonsense"]] {
      let ending = try sambench(arguments, in: folder, under: hidden)
      #expect(
        ending.status == 74 && ending.output.isEmpty && ending.complaint.contains("/proc is missing"),
        "\(arguments): \(ending)")
    }
  }
}
