import ArgumentParser
import Foundation
import Store
import Synchronization

extension TrialReader {
  /// Reads each file first in a child process: this program with a hidden command. One child reads all files until a
  /// file crashes it.
  package static var child: TrialReader {
    let process = ReaderProcess(program: "/proc/self/exe", arguments: [programName, ReadCommand.name])
    return TrialReader { file, name, extent, path throws(StoreError) in
      try process.problem(in: file, named: name, extent, at: path)
    }
  }
}

/// The child process of a trial reader. Through a socket, the parent sends a file and the extent to read, and the child
/// answers with the problem found, if any.
final class ReaderProcess: Sendable {
  private struct Child {
    let process: pid_t
    let socket: Int32
  }

  private let program: String
  private let arguments: [String]
  private let patience: Int
  /// One file at a time.
  private let child = Mutex<Child?>(nil)

  /// - Parameters:
  ///   - arguments: the program's name first.
  ///   - patience: timeout in seconds for a small file.
  init(program: String, arguments: [String], patience: Int = 60) {
    (self.program, self.arguments, self.patience) = (program, arguments, patience)
  }

  /// Timeout in seconds for a file of `count` bytes.
  static func patience(_ least: Int = 60, bytes count: Int) -> Int { least + count >> 20 }

  deinit { child.withLock { child in if let child { _ = ReaderProcess.end(child, killing: true) } } }

  func problem(
    in file: [UInt8], named name: String, _ extent: TrialReader.Extent, at path: String
  ) throws(StoreError) -> String? {
    try child.withLock { child throws(StoreError) -> String? in
      // Retries if another process killed the child.
      for _ in 0..<3 {
        if child == nil { child = try start(toRead: path) }
        let current = child!
        let request = ReaderMessage(request: extent, name, file)
        let patience = ReaderProcess.patience(self.patience, bytes: file.count)
        if request.send(current.socket),
          let answer = ReaderMessage.receive(current.socket, atMost: 1 << 20, within: patience)
        {
          guard answer.isAnswer else { throw .io(action: "open", path: path, code: ENOMEM) }
          return answer.text
        }
        let isLate = errno == ETIMEDOUT
        child = nil
        let ending = ReaderProcess.end(current, killing: isLate)
        if isLate { return "takes more than \(patience) seconds to open" }
        switch ending {
        case SIGSEGV, SIGBUS, SIGILL, SIGABRT, SIGFPE, SIGTRAP, SIGSYS:
          return "crashes the process that opens it (signal \(ending))"
        default: continue
        }
      }
      throw .io(action: "keep a reader process alive for", path: path, code: ECHILD)
    }
  }

  private func start(toRead path: String) throws(StoreError) -> Child {
    var ends: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw .io(action: "create a socket to read", path: path, code: errno)
    }
    defer { close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
    for stream in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
    }
    // A separate process group: Ctrl-C must not stop the child, which the program may still need.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of a library may block signals, and a child inherits the mask of the thread that starts it.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    posix_spawnattr_setsigmask(&attributes, &unblocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var words = arguments.map { strdup($0) } + [nil]
    let quiet = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    var environment = quiet.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + environment { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, program, &actions, &attributes, &words, &environment)
    guard code == 0 else {
      close(ends[0])
      throw .io(action: "start a process to read", path: path, code: code)
    }
    return Child(process: process, socket: ends[0])
  }

  /// Waits for a child that has closed its socket, or kills it; returns the signal that ended it.
  private static func end(_ child: Child, killing isKilled: Bool) -> Int32 {
    close(child.socket)
    if isKilled { kill(child.process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child.process, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F
  }
}

/// A message on the socket: its length, then its bytes.
private struct ReaderMessage {
  private var bytes: [UInt8]

  /// The extent, the file's name and the file.
  init(request extent: TrialReader.Extent, _ name: String, _ file: [UInt8]) {
    let name = Array(name.utf8)
    bytes = [extent.rawValue] + ReaderMessage.bytes(of: name.count) + name + file
  }

  init(answer problem: String?) { bytes = [problem == nil ? 0 : 1] + Array((problem ?? "").utf8) }

  /// The answer when memory is insufficient for a file of this length.
  static let refusal = ReaderMessage([2])

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAnswer: Bool { bytes.first.map { $0 < 2 } ?? false }
  var text: String? { bytes.first == 1 ? String(decoding: bytes.dropFirst(), as: UTF8.self) : nil }

  /// The decoded request; nil if it is malformed.
  var request: (extent: TrialReader.Extent, name: String, file: [UInt8])? {
    guard bytes.count >= 9, let extent = TrialReader.Extent(rawValue: bytes[0]) else { return nil }
    let end = 9 + ReaderMessage.number(bytes[1..<9])
    guard end <= bytes.count else { return nil }
    return (extent, String(decoding: bytes[9..<end], as: UTF8.self), Array(bytes[end...]))
  }

  /// Returns false if the other end has closed.
  func send(_ socket: Int32) -> Bool {
    let message = ReaderMessage.bytes(of: bytes.count) + bytes
    var sent = 0
    while sent < message.count {
      let count = message.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress! + sent, message.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Returns nil if the other end has closed or, with `errno` set to ETIMEDOUT, if it did not answer in time.
  static func receive(_ socket: Int32, atMost limit: Int = .max, within seconds: Int? = nil) -> ReaderMessage? {
    guard let head = read(socket, 8, within: seconds), case let count = number(head[...]), (0...limit).contains(count)
    else { return nil }
    return read(socket, count, within: seconds).map { ReaderMessage($0) }
  }

  private static func read(_ socket: Int32, _ count: Int, within seconds: Int?) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    let end = seconds.map { ContinuousClock.now + .seconds($0) }
    while filled < count {
      if let end {
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
        let ready = poll(&waiting, 1, Int32(max(0, left)))
        if ready < 0 && errno == EINTR { continue }
        if ready == 0 {
          errno = ETIMEDOUT
          return nil
        }
      }
      let more = bytes.withUnsafeMutableBytes { Glibc.read(socket, $0.baseAddress! + filled, count - filled) }
      if more < 0 && errno == EINTR { continue }
      guard more > 0 else {
        errno = ECONNRESET
        return nil
      }
      filled += more
    }
    return bytes
  }

  private static func bytes(of number: Int) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The child's command: reads files and reports their problems until the socket closes. The parent treats a crash of
/// this process as an answer.
struct ReadCommand: ParsableCommand {
  static let name = "read-files"
  static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

  func run() throws {
    // Only the end of the socket ends this process; signals are for the parent.
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1] { signal(number, SIG_IGN) }
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    signal(SIGALRM, SIG_DFL)
    while let (extent, name, file) = ReaderMessage.receive(STDIN_FILENO)?.request {
      // The parent times out first. The alarm ends this process if the parent was killed.
      alarm(UInt32(2 * ReaderProcess.patience(bytes: file.count)))
      defer { alarm(0) }
      Self.limitMemory(toRead: file.count)
      let answer =
        Self.hasMemory(toRead: file.count)
        ? ReaderMessage(answer: TrialReader.problem(in: file, named: name, extent)) : .refusal
      guard answer.send(STDIN_FILENO) else { return }
    }
  }

  /// Whether memory suffices for a valid file of this length: a lack of memory must not count as damage.
  private static func hasMemory(toRead count: Int) -> Bool {
    let room = malloc(64 << 20 + 6 * count)
    free(room)
    return room != nil
  }

  /// Limits memory to a hundred times the file's length. Compressed data can expand to a thousand times.
  private static func limitMemory(toRead count: Int) {
    var limit = rlimit()
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").first
    guard let pages = pages.flatMap({ Int($0) }), getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
    else { return }
    let wanted = pages * Int(getpagesize()) + 512 << 20 + 100 * count
    limit.rlim_cur = min(limit.rlim_max, rlim_t(wanted))
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }
}
