import Foundation

/// The memory still available to this process, and the limit that determines it.
package struct MemoryLimit: Hashable, Sendable {
  var bytes: Int
  /// The limit and how to change it, for error messages.
  var limit: String

  /// The limits in force: address space, control groups, free memory of the machine.
  package static func current() -> [MemoryLimit] {
    var limits = controlGroups(try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8))
    var space = rlimit()
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").first
    if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space) == 0, space.rlim_cur < rlim_t(Int.max),
      let pages = pages.flatMap({ Int($0) })
    {
      let left = Int(space.rlim_cur) - pages * Int(getpagesize())
      limits.append(MemoryLimit(bytes: left, limit: "the limit of the address space (ulimit -v)"))
    }
    if let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let available = field("MemAvailable:", in: text), let swap = field("SwapFree:", in: text)
    {
      limits.append(MemoryLimit(bytes: (available + swap) << 10, limit: "this machine's free memory"))
    }
    return limits
  }

  /// The limits of the process's control group and of its ancestors.
  static func controlGroups(_ groups: String?, below root: String = "/sys/fs/cgroup") -> [MemoryLimit] {
    ControlGroups.folders(of: "memory", groups, below: root).compactMap { folder, isOld in
      let (limit, usage, files) =
        isOld
        ? ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_cache") : ("memory.max", "memory.current", "file")
      guard let most = number(in: "\(folder)/\(limit)"), let taken = number(in: "\(folder)/\(usage)") else {
        return nil
      }
      // The page cache is released on demand.
      let cache = (try? String(contentsOfFile: "\(folder)/memory.stat", encoding: .utf8)).flatMap {
        field(files, in: $0)
      }
      return MemoryLimit(bytes: most - taken + (cache ?? 0), limit: "the control group's limit (\(limit))")
    }
  }

  private static func number(in file: String) -> Int? {
    (try? String(contentsOfFile: file, encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  /// The number after a name at the start of a line.
  static func field(_ name: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 1 && words[0] == name { return Int(words[1]) }
    }
    return nil
  }
}

/// Work that needs more memory than is available, reported before it starts.
package struct TooLittleMemory: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }

  /// - Throws: `TooLittleMemory` if even this lower bound exceeds one of the limits.
  package static func check(_ bytes: Int, in limits: [MemoryLimit]) throws(TooLittleMemory) {
    guard let least = limits.min(by: { $0.bytes < $1.bytes }), least.bytes < bytes else { return }
    throw TooLittleMemory(
      description: "it takes at least \(megabytes(bytes)) MB of memory, and \(least.limit) leaves "
        + "\(megabytes(max(0, least.bytes))) MB. Raise it, run fewer jobs (-j), or use a larger machine")
  }

  private static func megabytes(_ bytes: Int) -> Int { bytes / 1_000_000 + (bytes % 1_000_000 > 0 ? 1 : 0) }
}
