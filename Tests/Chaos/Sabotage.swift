import Foundation
import Store
import Synchronization

/// What goes wrong at the file layer of a child: "none", "kill:<call>", "short", "<errno>:<call name>:<n>".
///
/// Every claim and every proven checkpoint is told through the pipe CHAOS_PIPE, so that the harness knows what must not
/// be lost.
struct Sabotage: Sendable {
  private enum Plan {
    case none
    /// SIGKILL at the n-th call: before it where n is even, after it where n is odd.
    case kill(at: Int)
    /// Writes take at most 100 bytes at a time.
    case short
    /// The n-th call of a name and all after it fail: a full disk stays full.
    case fail(code: Int32, call: String, from: Int)
  }

  private let plan: Plan
  private let calls = Counter()
  private let pipe = ProcessInfo.processInfo.environment["CHAOS_PIPE"].flatMap { Int32($0) }

  private final class Counter: Sendable {
    let all = Atomic(0)
    let named = Atomic(0)
  }

  init(_ text: String) {
    let parts = text.split(separator: ":").map(String.init)
    switch (parts.first, parts.count) {
    case ("none", 1): plan = .none
    case ("short", 1): plan = .short
    case ("kill", 2): plan = .kill(at: Int(parts[1])!)
    default: plan = .fail(code: Int32(parts[0])!, call: parts[1], from: Int(parts[2])!)
    }
  }

  /// The system's calls with the faults among them.
  var access: FileAccess {
    let own = FileAccess()
    var access = own
    access.open = { path, flags, mode in
      let isReading = flags & O_ACCMODE == O_RDONLY && flags & O_DIRECTORY == 0
      return self.call(isReading ? "open to read" : "open") { own.open(path, flags, mode) }
    }
    access.read = { descriptor, buffer, count in self.call("read") { own.read(descriptor, buffer, count) } }
    access.write = { descriptor, bytes, count in
      var count = count
      if case .short = self.plan { count = min(count, 100) }
      return self.call("write") { own.write(descriptor, bytes, count) }
    }
    access.synchronize = { descriptor in self.call("sync") { own.synchronize(descriptor) } }
    access.close = { descriptor in
      // A failing close releases the descriptor all the same.
      let code = own.close(descriptor)
      return self.call("close") { code }
    }
    access.makeDirectory = { path, mode in self.call("mkdir") { own.makeDirectory(path, mode) } }
    access.link = { from, to in
      self.call("link") {
        let code = own.link(from, to)
        if code == 0 { self.tell("claimed", to) }
        return code
      }
    }
    access.rename = { from, to in
      self.call("rename") {
        let code = own.rename(from, to)
        if code == 0 && to.contains("/checkpoint-") { self.tell("checkpoint", to) }
        return code
      }
    }
    return access
  }

  /// Calls that change nothing: a kill there is a kill between two others.
  private static let idle = ["open to read", "read"]

  private func call<Code: SignedInteger>(_ name: String, _ perform: () -> Code) -> Code {
    let number = Sabotage.idle.contains(name) ? 0 : calls.all.add(1, ordering: .relaxed).newValue
    switch plan {
    case .none, .short: return perform()
    case .kill(let n):
      if number == n && n % 2 == 0 { die() }
      let code = perform()
      if number == n { die() }
      return code
    case .fail(let code, let wanted, let from):
      if name == wanted && calls.named.add(1, ordering: .relaxed).newValue >= from {
        errno = code
        return -1
      }
      return perform()
    }
  }

  private func die() -> Never {
    tell("killed")
    kill(getpid(), SIGKILL)
    while true {}
  }

  /// - Parameter file: in a cell's work folder, whose name is the cell's.
  private func tell(_ what: String, _ file: String = "") {
    guard let pipe else { return }
    let cell = file.split(separator: "/").dropLast().last ?? ""
    let line = Array("\(DispatchTime.now().uptimeNanoseconds) \(what) \(cell)\n".utf8)
    _ = Glibc.write(pipe, line, line.count)
  }
}
