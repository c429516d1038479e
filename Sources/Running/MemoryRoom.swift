import Foundation
import Training

/// How much memory this process may still take, and who says so.
struct MemoryRoom: Hashable {
  var bytes: Int
  /// The limit and how to change it, for people.
  var limit: String

  /// The limits in force: address space, control group, free memory of the machine.
  ///
  /// - Parameter threads: OpenBLAS maps 128 MB of addresses for each thread, which the first limit counts.
  static func current(threads: Int) -> [MemoryRoom] {
    var rooms: [MemoryRoom] = []
    var space = rlimit()
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").first
    if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space) == 0, space.rlim_cur < rlim_t(Int.max),
      let pages = pages.flatMap({ Int($0) })
    {
      let left = Int(space.rlim_cur) - pages * Int(getpagesize()) - threads << 27
      rooms.append(MemoryRoom(bytes: left, limit: "the limit of the address space (ulimit -v)"))
    }
    let group = "/sys/fs/cgroup/memory"
    if let most = number(in: "\(group).max"), let taken = number(in: "\(group).current") {
      // Pages of files are given back when they are needed.
      let files = (try? String(contentsOfFile: "\(group).stat", encoding: .utf8)).flatMap { field("file", in: $0) }
      rooms.append(MemoryRoom(bytes: most - taken + (files ?? 0), limit: "the control group's limit (memory.max)"))
    }
    if let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let available = field("MemAvailable:", in: text), let swap = field("SwapFree:", in: text)
    {
      rooms.append(MemoryRoom(bytes: (available + swap) << 10, limit: "this machine's free memory"))
    }
    return rooms
  }

  private static func number(in file: String) -> Int? {
    (try? String(contentsOfFile: file, encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  /// The number behind a name at the start of a line.
  static func field(_ name: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 1 && words[0] == name { return Int(words[1]) }
    }
    return nil
  }
}

/// A cell that cannot be trained in the memory there is, told before it is tried.
struct TooLittleMemory: Error, CustomStringConvertible {
  let description: String

  /// - Throws: itself, where even the least that a job takes is more than one of the rooms.
  static func check(_ bytes: Int, in rooms: [MemoryRoom]) throws(TooLittleMemory) {
    guard let least = rooms.min(by: { $0.bytes < $1.bytes }), least.bytes < bytes else { return }
    throw TooLittleMemory(
      description: "it takes at least \(megabytes(bytes)) MB of memory, and \(least.limit) leaves "
        + "\(megabytes(max(0, least.bytes))) MB. Raise it, run fewer jobs (-j), or use a larger machine")
  }

  private static func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }
}
