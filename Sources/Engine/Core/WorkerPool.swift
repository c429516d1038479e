import Foundation
import Synchronization

/// Threads that together compute the units of one piece of work at a time.
///
/// Work is divided into units by its own shape, never by the number of workers, and each unit writes to its own memory:
/// the number of workers decides only how many units run at once, never a bit of the result.
///
/// A waiting worker spins for 20 microseconds, because the next piece usually follows at once, and then sleeps.
public final class WorkerPool: Sendable {
  /// Number of threads that compute, including the caller.
  public let workers: Int

  /// Bytes of address space for the stack of a thread.
  package static let stackBytes = 8 << 20

  private let team: Team
  private let threads: [pthread_t]

  /// Starts the threads; the caller of `run` is one of them.
  public init(workers: Int) {
    precondition(workers > 0, "WorkerPool: needs at least one worker")
    self.workers = workers
    let team = Team(size: workers)
    self.team = team
    // The threads hold the team, never the pool: the pool can be released while they still run, and its end stops them.
    threads = (1..<max(workers, 1)).map { worker in startThread { team.serve(as: worker) } }
  }

  deinit {
    team.stop()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Computes `body(unit, worker)` for every unit in 0 ..< units and returns when all are done.
  ///
  /// - Parameter body: must write only what belongs to `unit`, or scratch memory that belongs to `worker`.
  ///   Must not call `run` on the same pool; nor may two threads at once (both are precondition failures).
  public func run(units: Int, _ body: (_ unit: Int, _ worker: Int) -> Void) {
    if units <= 1 || workers == 1 {
      for unit in 0..<units { body(unit, 0) }
      return
    }
    withoutActuallyEscaping(body) { escapable in
      withUnsafePointer(to: Team.Work(body: escapable)) { team.compute(units: units, $0) }
    }
  }
}

extension WorkerPool {
  /// Computes `body(range, worker)` for consecutive ranges of this size that cover 0 ..< count.
  package func run(over count: Int, by size: Int, _ body: (_ range: Range<Int>, _ worker: Int) -> Void) {
    run(units: (count + size - 1) / size) { unit, worker in
      body(unit * size..<min(count, (unit + 1) * size), worker)
    }
  }
}

/// What the caller and the workers share, and the protocol between them.
///
/// One piece of work is one generation. The caller publishes it (body, units, next, active, then generation), joins the
/// computation, and does not return before every worker has checked out of it (`active` at 0). All else follows from
/// that:
///
/// - No worker can be late. A worker that has not yet seen generation n keeps `active` above 0, so the caller of n is
///   still in `compute`, the body still lives, and n + 1 cannot be published. Workers therefore see each generation
///   exactly once, in order, and counting `seen` up by one is right.
/// - Plain `body` and `units` need no lock: written before the releasing change of `generation`, read after the
///   acquiring load of it, written again only after `active` was seen at 0, which every reader has decremented.
/// - What the units wrote is visible to the caller: each worker decrements `active` after its last unit with
///   sequentially consistent order, and the caller returns only after it read the 0.
/// - No wake-up is lost. A worker counts itself in `sleepers` and then loads `generation`, holding the mutex from that
///   load until it waits; the caller changes `generation` and then loads `sleepers`. All four are sequentially
///   consistent, so at least one of the two sees the other: either the worker does not wait, or the caller broadcasts,
///   and does so under the mutex, hence after the worker began to wait. `callerSleeps` and `active` are the same
///   exchange with the roles reversed.
///
/// What a worker does after it has checked out (load `callerSleeps`, broadcast) touches only the team, which it holds
/// itself; a broadcast that comes too late wakes no thread or is a spurious wake-up, which both waits allow.
///
/// `@unchecked Sendable`: by the second point above.
private final class Team: @unchecked Sendable {
  /// A structure, because a pointer to a bare closure would cost another allocation for each piece of work.
  struct Work {
    let body: (_ unit: Int, _ worker: Int) -> Void
  }

  private let size: Int
  private let isSpinning: Bool
  private var body: UnsafePointer<Work>?
  private var units = 0
  private let next = Atomic<Int>(0)
  private let active = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let callerSleeps = Atomic<Bool>(false)
  private let isComputing = Atomic<Bool>(false)
  private let isStopping = Atomic<Bool>(false)
  private let wake = Condition()
  private let done = Condition()

  init(size: Int) {
    self.size = size
    isSpinning = size <= WorkerPool.allowedCPUs
  }

  func compute(units: Int, _ body: UnsafePointer<Work>) {
    let wasComputing = isComputing.exchange(true, ordering: .acquiring)
    precondition(!wasComputing, "WorkerPool.run: called while another run of the same pool is under way")
    self.body = body
    self.units = units
    next.store(0, ordering: .relaxed)
    active.store(size - 1, ordering: .relaxed)
    publish()
    work(as: 0)
    if !spin(until: { active.load(ordering: .sequentiallyConsistent) == 0 }) {
      callerSleeps.store(true, ordering: .sequentiallyConsistent)
      done.wait { active.load(ordering: .sequentiallyConsistent) == 0 }
      callerSleeps.store(false, ordering: .sequentiallyConsistent)
    }
    self.body = nil
    isComputing.store(false, ordering: .releasing)
  }

  func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    publish()
  }

  private func publish() {
    generation.add(1, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake.broadcast() }
  }

  func serve(as worker: Int) {
    var seen = 0
    while true {
      if !spin(until: { generation.load(ordering: .sequentiallyConsistent) != seen }) {
        sleepers.add(1, ordering: .sequentiallyConsistent)
        wake.wait { generation.load(ordering: .sequentiallyConsistent) != seen }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
      }
      seen += 1
      if isStopping.load(ordering: .sequentiallyConsistent) { return }
      work(as: worker)
      let left = active.subtract(1, ordering: .sequentiallyConsistent).newValue
      if left == 0 && callerSleeps.load(ordering: .sequentiallyConsistent) { done.broadcast() }
    }
  }

  private func work(as worker: Int) {
    guard let body else { return }
    let units = self.units
    while true {
      let unit = next.add(1, ordering: .relaxed).oldValue
      if unit >= units { return }
      body.pointee.body(unit, worker)
    }
  }

  /// Polls a condition for a while; false if it never became true.
  ///
  /// 20 microseconds are longer than the gap between two layers and shorter than a scheduler's slice, so an idle pool
  /// costs nothing. With more workers than CPUs nothing is polled: a polling worker keeps another from computing.
  private func spin(until isTrue: () -> Bool) -> Bool {
    if isTrue() { return true }
    guard isSpinning else { return false }
    let end = ContinuousClock.now + .microseconds(20)
    repeat {
      for _ in 0..<64 where isTrue() { return true }
    } while ContinuousClock.now < end
    return false
  }
}

/// A mutex and a condition variable, used together.
///
/// `@unchecked Sendable`: both pointers are set once, and what they point to may be used from any thread.
private final class Condition: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
    condition.deallocate()
  }

  func wait(until isTrue: () -> Bool) {
    pthread_mutex_lock(mutex)
    while !isTrue() { pthread_cond_wait(condition, mutex) }
    pthread_mutex_unlock(mutex)
  }

  func broadcast() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}

/// Starts a thread with a stack large enough for the kernels' temporaries.
private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, WorkerPool.stackBytes)
  let argument = Unmanaged.passRetained(Box(body)).toOpaque()
  let code = pthread_create(
    &thread, &attributes,
    { argument in
      Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
      return nil
    }, argument)
  pthread_attr_destroy(&attributes)
  precondition(code == 0, "WorkerPool: the system refused a thread (error \(code))")
  return thread
}

extension WorkerPool {
  /// The CPUs this process may use: the affinity mask, limited by the quotas of its control group and its ancestors.
  public static var allowedCPUs: Int {
    allowedCPUs(status: text("/proc/self/status"), groups: text("/proc/self/cgroup"))
  }

  /// - Parameters:
  ///   - status: the text of `/proc/self/status`.
  ///   - groups: the text of `/proc/self/cgroup`.
  package static func allowedCPUs(status: String?, groups: String?, below root: String = "/sys/fs/cgroup") -> Int {
    let mask = status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
    let count = mask.map { $0.dropFirst(13).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) } } ?? 1
    let quotas = ControlGroups.folders(of: "cpu", groups, below: root).compactMap { folder, isOld in
      let files = isOld ? ["cpu.cfs_quota_us", "cpu.cfs_period_us"] : ["cpu.max"]
      return cpus(inQuota: files.compactMap { text("\(folder)/\($0)") }.joined(separator: " "))
    }
    return max(1, min(count, quotas.min() ?? count))
  }

  /// CPUs granted by a "quota period" in microseconds, rounded up; nil for "max", -1 and text that is no quota.
  package static func cpus(inQuota text: String) -> Int? {
    let fields = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard fields.count == 2, fields[0] > 0, fields[1] > 0 else { return nil }
    return max(1, Int((fields[0] / fields[1]).rounded(.up)))
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
