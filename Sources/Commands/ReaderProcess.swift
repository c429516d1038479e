import ArgumentParser
import Foundation
import Store
import Synchronization

extension TrialReader {
  /// Reads each file in a child process first: this program with a hidden verb, one for all files until one ends it.
  package static var child: TrialReader {
    let process = ReaderProcess(program: "/proc/self/exe", arguments: [programName, ReadCommand.name])
    return TrialReader { file, name, extent, path throws(StoreError) in
      try process.problem(in: file, named: name, extent, at: path)
    }
  }
}

/// The child process of a trial reader. Both ends of a socket take turns: a file and what is to be read of it, what is wrong
/// with it.
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
  ///   - patience: seconds until a small file is given up.
  init(program: String, arguments: [String], patience: Int = 60) {
    (self.program, self.arguments, self.patience) = (program, arguments, patience)
  }

  /// Seconds until a file of so many bytes is given up.
  static func patience(_ least: Int = 60, bytes count: Int) -> Int { least + count >> 20 }

  deinit { child.withLock { child in if let child { _ = ReaderProcess.end(child, killing: true) } } }

  func problem(
    in file: [UInt8], named name: String, _ extent: TrialReader.Extent, at path: String
  ) throws(StoreError) -> String? {
    try child.withLock { child throws(StoreError) -> String? in
      // Once more where the child was ended by somebody else.
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
        if isLate { return "keeps whoever opens it busy for more than \(patience) seconds" }
        switch ending {
        case SIGSEGV, SIGBUS, SIGILL, SIGABRT, SIGFPE, SIGTRAP, SIGSYS:
          return "brings down whoever opens it (signal \(ending))"
        default: continue
        }
      }
      throw .io(action: "keep a process alive that reads", path: path, code: ECHILD)
    }
  }

  private func start(toRead path: String) throws(StoreError) -> Child {
    var ends: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw .io(action: "make a socket to read", path: path, code: errno)
    }
    defer { close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
    for stream in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
    }
    // A group of its own: Ctrl-C is for the program, which may still want to read.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of a library may block signals, and a child inherits that of the thread that starts it.
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

  /// Waits for the end of a child that has closed its end of the socket or is killed now; returns the signal that ended it.
  private static func end(_ child: Child, killing isKilled: Bool) -> Int32 {
    close(child.socket)
    if isKilled { kill(child.process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child.process, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F
  }
}

/// What goes through the socket: a length, and so many bytes.
private struct ReaderMessage {
  private var bytes: [UInt8]

  /// The extent, the file's name and the file.
  init(request extent: TrialReader.Extent, _ name: String, _ file: [UInt8]) {
    let name = Array(name.utf8)
    bytes = [extent.rawValue] + ReaderMessage.bytes(of: name.count) + name + file
  }

  /// What is wrong, nil for nothing.
  init(answer problem: String?) { bytes = [problem == nil ? 0 : 1] + Array((problem ?? "").utf8) }

  /// There is too little memory for a whole file of this length.
  static let refusal = ReaderMessage([2])

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAnswer: Bool { bytes.first.map { $0 < 2 } ?? false }
  var text: String? { bytes.first == 1 ? String(decoding: bytes.dropFirst(), as: UTF8.self) : nil }

  /// What was asked for; nil where it makes no sense.
  var request: (extent: TrialReader.Extent, name: String, file: [UInt8])? {
    guard bytes.count >= 9, let extent = TrialReader.Extent(rawValue: bytes[0]) else { return nil }
    let end = 9 + ReaderMessage.number(bytes[1..<9])
    guard end <= bytes.count else { return nil }
    return (extent, String(decoding: bytes[9..<end], as: UTF8.self), Array(bytes[end...]))
  }

  /// False where the other end is gone.
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

  /// Nil where the other end is gone, or, with ETIMEDOUT, where it says nothing for so many seconds.
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

/// Opens one file after the other and says what is wrong with it, until nobody asks any more. Run by the program itself,
/// for which a crash here is an answer too.
struct ReadCommand: ParsableCommand {
  static let name = "read-files"
  static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

  func run() throws {
    // Only the end of the socket ends it; signals are for the program.
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

  /// Whether a whole file of this length could be read: a lack of memory is no damage.
  private static func hasMemory(toRead count: Int) -> Bool {
    let room = malloc(64 << 20 + 6 * count)
    free(room)
    return room != nil
  }

  /// A file may unfold to a thousand times its length. One that takes more than a hundred of them is not read.
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
