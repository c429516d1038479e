import Foundation

/// How a child ended.
struct Ending {
  var isKilled: Bool
  var status: Int32
  var complaint: String
  var output: String
  /// When it was gone, in nanoseconds, and what it told through its pipe until then.
  var end: UInt64
  var told: [Event]

  /// "claimed", "checkpoint", each of a cell, or "killed".
  struct Event {
    let time: UInt64
    let what: String
    let cell: String?

    init?(_ line: Substring) {
      let parts = line.split(separator: " ")
      guard parts.count >= 2, let time = UInt64(parts[0]) else { return nil }
      (self.time, what, cell) = (time, String(parts[1]), parts.count > 2 ? String(parts[2]) : nil)
    }
  }
}

/// A run of sambench with faults, in a process of its own.
struct Child {
  let folder: String
  /// Where its output goes; the folder it works in when nil.
  var scratch: String?
  var sabotage = "none"
  var arguments: [String]
  /// SIGKILL after so many seconds, if it still runs.
  var killAfter: Double?

  func run() throws -> Ending {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let pipe = Pipe()
    let output = "\(scratch ?? folder)/.output"
    let errors = "\(scratch ?? folder)/.errors"
    for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    // The pipe arrives as standard input, which sambench does not read; it is open for writing there.
    process.standardInput = pipe.fileHandleForWriting
    var environment = ProcessInfo.processInfo.environment.filter { $0.key != "SAMBENCH_DATA" }
    environment["CHAOS_CHILD"] = sabotage
    environment["CHAOS_PIPE"] = "0"
    // Without gnuplot no time goes into figures.
    environment["PATH"] = "/nonexistent"
    process.environment = environment
    try process.run()
    try pipe.fileHandleForWriting.close()
    let identifier = process.processIdentifier
    let timer = killAfter.map { seconds in
      let timer = DispatchSource.makeTimerSource(queue: .global(qos: .userInteractive))
      timer.schedule(deadline: .now() + seconds)
      timer.setEventHandler { kill(identifier, SIGKILL) }
      timer.activate()
      return timer
    }
    let told = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let end = DispatchTime.now().uptimeNanoseconds
    timer?.cancel()
    process.waitUntilExit()
    return Ending(
      isKilled: process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL,
      status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      complaint: (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "",
      output: (try? String(contentsOfFile: output, encoding: .utf8)) ?? "", end: end,
      told: told.split(separator: "\n").compactMap(Ending.Event.init))
  }
}
