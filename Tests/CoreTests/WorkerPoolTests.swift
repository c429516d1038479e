import Core
import Foundation
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
  @Test("every unit is computed exactly once, for any number of workers", arguments: [1, 2, 3, 5])
  func everyUnitOnce(workers: Int) {
    let pool = WorkerPool(workers: workers)
    for units in [0, 1, 2, workers, workers + 1, 1000] {
      let counts = UnsafeMutableBufferPointer<Int32>.allocate(capacity: units + 1)
      counts.initialize(repeating: 0)
      defer { counts.deallocate() }
      let strangers = Atomic<Int>(0)
      pool.run(units: units) { unit, worker in
        counts[unit] += 1
        if worker < 0 || worker >= workers { strangers.add(1, ordering: .relaxed) }
      }
      #expect(counts[0..<units].allSatisfy { $0 == 1 } && counts[units] == 0)
      #expect(strangers.load(ordering: .relaxed) == 0)
    }
  }

  @Test("a worker's scratch memory is never used by two units at once", arguments: [2, 4])
  func workersAreDistinct(workers: Int) {
    let pool = WorkerPool(workers: workers)
    let inUse = (0..<workers).map { _ in Flag() }
    let clashes = Atomic<Int>(0)
    for _ in 0..<200 {
      pool.run(units: 64) { _, worker in
        if inUse[worker].value.exchange(true, ordering: .acquiring) { clashes.add(1, ordering: .relaxed) }
        inUse[worker].value.store(false, ordering: .releasing)
      }
    }
    #expect(clashes.load(ordering: .relaxed) == 0)
  }

  @Test("the results of the units are visible when run returns, over many tiny runs in a row", arguments: [2, 3, 8])
  func manyTinyRuns(workers: Int) {
    let pool = WorkerPool(workers: workers)
    let values = UnsafeMutableBufferPointer<Int>.allocate(capacity: 7)
    defer { values.deallocate() }
    var wrong = 0
    for round in 0..<3000 {
      values.initialize(repeating: -1)
      pool.run(units: 7) { unit, _ in values[unit] = round * unit }
      for unit in 0..<7 where values[unit] != round * unit { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  @Test("sleeping workers wake, and so does a sleeping caller", arguments: [2, 4])
  func sleepAndWake(workers: Int) {
    let pool = WorkerPool(workers: workers)
    var total = 0
    for round in 0..<40 {
      // Longer than the spinning, so that sometimes the workers and sometimes the caller have gone to sleep.
      if round % 2 == 0 { compute(for: 0.002) }
      let sum = Atomic<Int>(0)
      pool.run(units: workers) { unit, worker in
        if round % 2 == 1 && worker != 0 { compute(for: 0.002) }
        sum.add(unit, ordering: .relaxed)
      }
      total += sum.load(ordering: .relaxed)
    }
    #expect(total == 40 * workers * (workers - 1) / 2)
  }

  @Test("many pools can compute at the same time, each for its own caller")
  func manyPools() async {
    let sums = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<6 {
        group.addTask {
          let pool = WorkerPool(workers: 2)
          let sum = Atomic<Int>(0)
          for _ in 0..<500 { pool.run(units: 10) { unit, _ in sum.add(unit, ordering: .relaxed) } }
          return sum.load(ordering: .relaxed)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == Array(repeating: 500 * 45, count: 6))
  }

  @Test("a released pool ends its threads, even if it never computed anything")
  func threadsEnd() throws {
    func threads() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }
    let before = try threads()
    for round in 0..<300 {
      let pool = WorkerPool(workers: 4)
      if round % 2 == 0 { pool.run(units: 8) { _, _ in } }
    }
    // 900 threads were started here; other tests may run a few of their own at the same time.
    #expect(try threads() < before + 200)
  }

  @Test("a run inside a run of the same pool is a programming error")
  func notReentrant() async {
    await #expect(processExitsWith: .failure) {
      let pool = WorkerPool(workers: 2)
      pool.run(units: 4) { _, _ in pool.run(units: 4) { _, _ in } }
    }
  }

  @Test(
    "a quota gives CPUs, rounded up, at least one; max and -1 are no quota",
    arguments: [
      ("200000 100000\n", 2), ("150000 100000", 2), ("10000 100000", 1), ("max 100000\n", nil), ("-1 100000", nil),
      ("", nil),
    ])
  func quota(_ text: String, _ cpus: Int?) {
    #expect(WorkerPool.cpus(inQuota: text) == cpus)
  }

  @Test("allowed CPUs: those of the mask, limited by the smallest quota of the control group and its ancestors")
  func allowedCPUs() throws {
    let root = NSTemporaryDirectory() + "cgroup-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    func write(_ text: String, to file: String) throws {
      let path = URL(fileURLWithPath: "\(root)/\(file)")
      try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: path, atomically: true, encoding: .utf8)
    }
    try write("max 100000\n", to: "jobs/task/cpu.max")
    try write("300000 100000\n", to: "jobs/cpu.max")
    try write("550000 100000\n", to: "cpu.max")
    try write("200000\n", to: "cpu/old/cpu.cfs_quota_us")
    try write("100000\n", to: "cpu/old/cpu.cfs_period_us")
    try write("-1\n", to: "cpu/cpu.cfs_quota_us")
    try write("100000\n", to: "cpu/cpu.cfs_period_us")
    let eight = "Name:\tsambench\nCpus_allowed:\tf,0000000f\nCpus_allowed_list:\t0-3,32-35\n"
    func cpus(_ groups: String?, status: String? = eight) -> Int {
      WorkerPool.allowedCPUs(status: status, groups: groups, below: root)
    }
    #expect(cpus("0::/jobs/task\n") == 3)
    #expect(cpus("0::/other\n") == 6)
    #expect(cpus("4:cpu,cpuacct:/old\n3:memory:/jobs\n") == 2)
    #expect(cpus("3:memory:/jobs\n") == 8)
    #expect(cpus("0::/jobs/task\n", status: "Cpus_allowed:\t3\n") == 2)
    #expect(cpus("0::/jobs/task\n", status: nil) == 1)
  }

  @Test("the machine's own files give a number of CPUs from 1 to that of its list")
  func ownCPUs() throws {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") })
    let list = line.split(separator: "\t")[1]
    let listed = list.split(separator: ",").reduce(0) { count, part in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      return count + ends[ends.count - 1] - ends[0] + 1
    }
    #expect((1...listed).contains(WorkerPool.allowedCPUs))
    #expect(WorkerPool.allowedCPUs(status: status, groups: "9:none:/\n") == listed)
  }
}

private final class Flag: Sendable {
  let value = Atomic<Bool>(false)
}

private func compute(for seconds: Double) {
  let end = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < end {}
}
