import Foundation
import Store

// MARK: - What the system itself refuses

extension Bench {
  /// A small file system of its own that fills up, and is made larger.
  func fillDisk(_ ledger: inout Ledger) throws {
    let place = "\(folder)/disk"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let size = try FileVerdict.files(below: "\(folder)/reference").paths.reduce(0) { sum, path in
      sum + (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
    }
    // Half of what the results take.
    guard mount("tmpfs", place, "tmpfs", 0, "size=\(size / 2)") == 0 else {
      return ledger.say(
        "full disk: not tried, no file system can be mounted here (\(String(cString: strerror(errno))))")
    }
    defer { umount2(place, Int32(MNT_DETACH)) }
    let ending = try run(in: "disk")
    let finished = try digests(in: "disk")
    let bad = try halfFiles(in: "disk")
    ledger.require(
      ending.status == 74 && ending.complaint.contains("No space left on device. Free some disk space"),
      "a full disk ended with \(ending.status): \(ending.complaint)")
    ledger.require(bad.isEmpty, "a full disk left \(bad)")
    ledger.require(
      !finished.isEmpty && finished.allSatisfy { reference[$0] == $1 }, "a full disk changed finished cells")
    ledger.say(
      "full disk (tmpfs of \(size / 2048) KiB): status \(ending.status), \(finished.count) finished cells intact")
    ledger.say("  \(ending.complaint.split(separator: "\n").last.map(String.init) ?? "")")
    ledger.require(mount("tmpfs", place, "tmpfs", UInt(MS_REMOUNT), "size=64m") == 0, "it cannot grow")
    let again = try run(in: "disk")
    ledger.require(
      try again.status == 0 && hasReferenceBits("disk", count: reference.count),
      "after space was made: \(again.status), \(again.complaint)")
    ledger.say("  after space was made: status \(again.status), \(reference.count) cells, equal digests")
    remove("disk/quick")
    ledger.require(mount("tmpfs", place, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "") == 0, "it cannot be made read-only")
    let refused = try run(in: "disk")
    ledger.require(
      refused.status == 74 && refused.complaint.contains("Read-only file system. Check the permissions"),
      "a read-only file system ended with \(refused.status): \(refused.complaint)")
    ledger.say("read-only file system: status \(refused.status)")
    ledger.say("  \(refused.complaint.split(separator: "\n").last.map(String.init) ?? "")")
  }

}
