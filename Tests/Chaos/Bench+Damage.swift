import Commands
import Foundation
import Methods
import Store

// MARK: - Flipped bits

extension Bench {
  func flip(times: Int, _ ledger: inout Ledger) throws {
    // Cells and checkpoints, as a stop leaves them.
    _ = try run(in: "flips", ["--threads", "1", "--only", "method=vsam|sgd"])
    _ = try run(in: "flips", sabotage: "kill:60", every: "0.001s")
    let paths = try FileVerdict.files(below: "\(folder)/flips").paths.filter { path in
      path.hasSuffix(".h5") || path.contains("/checkpoint-")
    }
    guard paths.contains(where: { $0.hasSuffix(".h5") }), paths.contains(where: { !$0.hasSuffix(".h5") }) else {
      throw Failure("no cells or no checkpoints to damage: \(paths)")
    }
    var falseAlarms = 0
    for path in paths {
      let verdict = FileVerdict(judging: path)
      guard verdict.kind != .whole else { continue }
      falseAlarms += 1
      ledger.require(false, "\(path) is whole, and called \(verdict.kind): it \(verdict.reason)")
    }
    var found = 0
    for _ in 0..<times {
      let path = paths.randomElement(using: &dice)!
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      var damaged = whole
      let position = Int.random(in: 0..<damaged.count, using: &dice)
      let bit = Int.random(in: 0..<8, using: &dice)
      damaged[position] ^= 1 << bit
      try damaged.write(to: URL(fileURLWithPath: path))
      let verdict = FileVerdict(judging: path)
      if verdict.isBad { found += 1 }
      ledger.require(verdict.isBad, "bit \(bit) of byte \(position) of \(path) is flipped, and the file called whole")
      try whole.write(to: URL(fileURLWithPath: path))
    }
    ledger.say("\(times) bit flips: \(found) found, \(falseAlarms) false alarms among \(paths.count) whole files")
    try malform(paths.filter { $0.hasSuffix(".h5") }, times: max(20, times / 50), &ledger)
    remove("flips")
  }

  /// Files that were damaged before they were sealed: only whoever opens them can tell, and must not be brought down.
  private func malform(_ paths: [String], times: Int, _ ledger: inout Ledger) throws {
    var (found, crashes) = (0, 0)
    for _ in 0..<times {
      let path = paths.randomElement(using: &dice)!
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      var content = [UInt8](whole.dropFirst(512))
      // Most bits of a file are numbers, which their digests guard; the library's own structures stand at the front.
      let range = Bool.random(using: &dice) ? 0..<min(4096, content.count) : 0..<content.count
      content[Int.random(in: range, using: &dice)] ^= 1 << Int.random(in: 0..<8, using: &dice)
      try Data(RunStore.sealed(content)).write(to: URL(fileURLWithPath: path))
      let verdict = FileVerdict(judging: path)
      if verdict.isBad { found += 1 }
      if verdict.reason.contains("crashes the process") { crashes += 1 }
      try whole.write(to: URL(fileURLWithPath: path))
    }
    ledger.say(
      "\(times) files malformed under a right seal: \(found) found, \(crashes) of them by a child that crashed")
  }
}

// MARK: - Faults

/// One call of the file layer, and all calls of its name after it, that fail.
private struct Fault: CustomStringConvertible {
  let code: Int32
  let call: String
  let first: Int

  var sabotage: String { "\(code):\(call):\(first)" }
  var description: String { "\(call) \(first) failing with '\(String(cString: strerror(code)))'" }

  /// What must be said of it beside the path.
  var remedy: String {
    switch code {
    case ENOSPC, EDQUOT: "Free some disk space"
    case EIO: "The disk reports an error"
    case EROFS, EACCES: "Check the permissions"
    default: "Too many files are open"
    }
  }

  static let calls = ["open", "write", "sync", "close", "rename", "mkdir", "link"]

  /// Errors that reading may meet, too.
  static let reading = [(EIO, "open to read"), (EACCES, "open to read"), (EMFILE, "open to read"), (EIO, "read")]

  /// Each error at each call: at once, and in the middle of the work.
  static var all: [Fault] {
    let writing = [ENOSPC, EDQUOT, EIO, EROFS, EACCES, EMFILE].flatMap { code in calls.map { (code, $0) } }
    return (writing + reading).flatMap { code, call in
      [1, 4, 12, 40].map { Fault(code: code, call: call, first: $0) }
    }
  }

  /// Each error once, and each call once.
  static var few: [Fault] {
    zip([ENOSPC, EDQUOT, EIO, EROFS, EACCES, EMFILE, ENOSPC], calls.indices).map { code, index in
      Fault(code: code, call: calls[(index + 1) % calls.count], first: index < 4 ? 4 : 1)
    } + [Fault(code: EMFILE, call: "open to read", first: 4), Fault(code: EIO, call: "read", first: 4)]
  }
}

extension Bench {
  func injectFaults(_ ledger: inout Ledger) throws {
    var (injected, refused, crashes, half, wrong, differing) = (0, 0, 0, 0, 0, 0)
    let only = ["--threads", "1", "--only", isShort ? "method=sgd" : "method=sgd|vsam"]
    for fault in isShort ? Fault.few : Fault.all {
      remove("faults")
      let ending = try run(in: "faults", sabotage: fault.sabotage, only)
      injected += 1
      if ending.status < 0 { crashes += 1 }
      ledger.require(ending.status >= 0, "\(fault): signal \(-ending.status)")
      // A call that is not made so often does no harm.
      if ending.status == 74 {
        refused += 1
        let isSaid =
          ending.complaint.contains(String(cString: strerror(fault.code))) && ending.complaint.contains(fault.remedy)
          && ending.complaint.contains("'faults")
        if !isSaid { wrong += 1 }
        ledger.require(isSaid, "\(fault): said '\(ending.complaint)'")
      } else if ending.status != 0 {
        wrong += 1
        ledger.require(false, "\(fault): \(ending.status), \(ending.complaint)")
      }
      let bad = try halfFiles(in: "faults")
      half += bad.count
      ledger.require(bad.isEmpty, "\(fault) left \(bad)")
      let again = try run(in: "faults", only)
      let isSame = try again.status == 0 && hasReferenceBits("faults", count: isShort ? 1 : 2)
      if !isSame { differing += 1 }
      ledger.require(isSame, "\(fault): running again gave \(again.status), \(again.complaint)")
    }
    ledger.say("\(injected) faults at the file layer: \(refused) ended with 74, the path and the remedy")
    ledger.say("  \(crashes) crashes, \(wrong) wrong exit codes or messages, \(half) half files under a final name")
    ledger.say("  \(differing) of the runs continued afterwards differ")
    ledger.require(refused > injected / 3, "too few faults came to pass: \(refused) of \(injected)")
    remove("faults")
    let short = try run(in: "faults", sabotage: "short", only)
    ledger.require(
      try short.status == 0 && hasReferenceBits("faults", count: isShort ? 1 : 2),
      "writes of at most 100 bytes: \(short.status), \(short.complaint)")
    ledger.say("writes of at most 100 bytes at a time: status \(short.status), equal digests")
    remove("faults")
  }
}
