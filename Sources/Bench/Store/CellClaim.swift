import Configuration
import Foundation
import Synchronization

/// The process that works on a cell.
package struct ClaimHolder: Codable, Hashable, Sendable, CustomStringConvertible {
  package let host: String
  package let process: Int32
  /// The start time of the process in clock ticks, because process IDs are reused; empty if unknown.
  let start: String
  /// The boot and the process namespace in which `process` means something.
  let system: String

  package var description: String {
    process > 0 ? "process \(process) on \(host.visible)" : "an unknown process, whose claim cannot be read"
  }

  static let current = ClaimHolder()

  /// The holder of a claim that this version cannot read, such as one written by a later version.
  static let unknown = ClaimHolder(process: 0)

  private init(process: Int32) { (host, self.process, start, system) = ("", process, "", "") }

  private init() {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    process = getpid()
    start = (try? ClaimHolder.state(of: getpid(), FileAccess()))?.start ?? ""
    let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? host
    let space = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
    system = boot.trimmingCharacters(in: .whitespacesAndNewlines) + " " + space
  }

  /// Whether the process still runs; nil if this machine cannot determine it, for example without a free file
  /// descriptor.
  func isRunning(_ access: FileAccess) -> Bool? {
    guard system == ClaimHolder.current.system, !start.isEmpty, process > 0 else { return nil }
    do throws(StoreError) {
      guard let state = try ClaimHolder.state(of: process, access) else { return nil }
      return state.start == start && !["Z", "X"].contains(state.letter)
    } catch {
      switch error {
      // The process ended before or during the check, or /proc hides other users' processes (hidepid).
      case .absent, .io(_, _, ESRCH): return kill(process, 0) == 0 || errno == EPERM ? nil : false
      default: return nil
      }
    }
  }

  /// Parses `/proc/<pid>/stat`, whose second field is a name in parentheses that may contain any character.
  private static func state(
    of process: Int32, _ access: FileAccess
  ) throws(StoreError) -> (letter: String, start: String)? {
    let text = String(decoding: try access.content(of: "/proc/\(process)/stat"), as: UTF8.self)
    guard let name = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: name)...].split(separator: " ")
    return fields.count > 19 ? (String(fields[0]), String(fields[19])) : nil
  }
}

/// The exclusive right to work on one cell, among all processes that share the folder, on any machine.
///
/// Claims are files `claim-<n>` in the cell's work folder; the highest number counts. A process takes a cell by linking
/// a complete file to the next number, which exactly one process can do on any file system, NFS included. The holder
/// touches its file every few seconds. A claim is stale if its process is known to have ended, or, on another machine,
/// if the file has not been touched for `staleAfter` seconds by the file server's clock. A time that far in the future
/// is stale too: a live holder would have corrected it. A claim that cannot be read is judged by its time alone.
/// Releasing a claim renames it to `claim-<n>.free`, so that numbers only grow while the folder exists and a takeover
/// cannot be overtaken by another.
///
/// `@unchecked Sendable`: `timer` is only cancelled, which dispatch allows from any thread.
package final class CellClaim: @unchecked Sendable {
  package enum Answer {
    case taken(CellClaim)
    /// Another process works on the cell.
    case held(by: ClaimHolder)
  }

  package static let heartbeat = 15
  package static let staleAfter = 120
  /// Files with higher numbers are not claims.
  static let highest = 1_000_000_000

  private let path: String
  private let lost = Atomic(false)
  private let timer: any DispatchSourceTimer

  /// Whether another process took the claim over because this one was suspended or disconnected for too long.
  package var isLost: Bool { lost.load(ordering: .relaxed) }

  fileprivate init(path: String) {
    self.path = path
    timer = DispatchSource.makeTimerSource(queue: .global(qos: .userInitiated))
    timer.schedule(deadline: .now() + .seconds(CellClaim.heartbeat), repeating: .seconds(CellClaim.heartbeat))
    timer.setEventHandler { [weak self] in self?.beat() }
    timer.activate()
  }

  deinit { timer.cancel() }

  private func beat() {
    // A nil time means the file server's clock.
    if utimensat(AT_FDCWD, path, nil, 0) != 0 && errno == ENOENT { lost.store(true, ordering: .relaxed) }
  }

  /// Releases the claim; any process can take the cell again.
  package func release() {
    timer.cancel()
    rename(path, path + ".free")
  }
}

extension WorkFolder {
  private struct Found {
    let name: String
    let number: Int
    var isFree: Bool { name.hasSuffix(".free") }
  }

  /// Claims the cell, or returns its current holder.
  package func claim() throws(StoreError) -> CellClaim.Answer {
    let question = "\(path)/.claim-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    defer { unlink(question) }
    while true {
      try requireFolder()
      try access.makeFolder(path)
      do throws(StoreError) { try writeHolder(to: question) } catch .io(_, _, ENOENT) {
        // The holder finished and removed the folder in the meantime.
        continue
      }
      let found = try claims()
      let highest = found.max { $0.number < $1.number }
      if let highest, !highest.isFree, let holder = try holder(of: highest, asking: question) {
        return .held(by: holder)
      }
      let number = (highest?.number ?? 0) + 1
      guard number <= CellClaim.highest else {
        throw .damaged(path: path, reason: "contains a claim whose number is too large")
      }
      let own = "\(path)/claim-\(number)"
      let isTaken: Bool
      // If the folder has been removed, start over.
      do throws(StoreError) { isTaken = try access.place(question, as: own) } catch .io(_, _, ENOENT) {
        unlink(question)
        continue
      }
      guard isTaken else {
        // Another process was faster.
        unlink(question)
        continue
      }
      // A name released in the meantime can be linked again, and another process may already have a later one.
      let known = Set(found.map(\.name) + ["claim-\(number)"])
      guard try claims().allSatisfy({ known.contains($0.name) }) else {
        unlink(own)
        unlink(question)
        continue
      }
      for old in found { unlink("\(path)/\(old.name)") }
      return .taken(CellClaim(path: own))
    }
  }

  /// The current holder by this machine's clock; nil if the cell is free.
  func currentHolder() throws(StoreError) -> ClaimHolder? {
    guard let highest = try claims().max(by: { $0.number < $1.number }), !highest.isFree else { return nil }
    return try holder(of: highest, asking: nil)
  }

  private func writeHolder(to path: String) throws(StoreError) {
    guard let text = try? JSONEncoder().encode(ClaimHolder.current) else {
      preconditionFailure("CellClaim: the holder is plain text")
    }
    try access.create(path, [Array(text)])
  }

  private func claims() throws(StoreError) -> [Found] {
    try FileAccess.names(in: path).compactMap { name in
      WorkFolder.number(ofClaim: name).map { Found(name: name, number: $0) }
    }
  }

  /// The number in `claim-<n>` or `claim-<n>.free`; nil for any other name and for numbers that are too large.
  static func number(ofClaim name: String) -> Int? {
    guard name.hasPrefix("claim-") else { return nil }
    let digits = name.dropFirst("claim-".count).prefix { $0.isASCII && $0.isNumber }
    guard name == "claim-\(digits)" || name == "claim-\(digits).free", let number = Int(digits),
      number <= CellClaim.highest
    else { return nil }
    return number
  }

  /// The holder of a claim; nil if the claim is stale or gone.
  ///
  /// - Parameter question: a file just written to the same folder, which gives the file server's time; nil to use this
  ///   machine's clock, which is accurate enough for display.
  private func holder(of claim: Found, asking question: String?) throws(StoreError) -> ClaimHolder? {
    let file = "\(path)/\(claim.name)"
    var holder: ClaimHolder?
    do throws(StoreError) {
      let bytes = try access.content(of: file)
      holder = try? JSONDecoder().decode(ClaimHolder.self, from: Data(bytes))
    } catch {
      switch error {
      case .absent: return nil
      // Not a regular file, or too long for a claim.
      case .damaged: break
      case .io, .newer, .hdf5: throw error
      }
    }
    if let holder, let isRunning = holder.isRunning(access) { return isRunning ? holder : nil }
    // With a question, both times are the file server's.
    var (asked, touched) = (stat(), stat())
    if let question { guard stat(question, &asked) == 0 else { return nil } } else { asked.st_mtim.tv_sec = time(nil) }
    guard stat(file, &touched) == 0,
      abs(Double(asked.st_mtim.tv_sec) - Double(touched.st_mtim.tv_sec)) <= Double(CellClaim.staleAfter)
    else { return nil }
    return holder ?? .unknown
  }
}
