import Foundation

/// A file that is being written under a temporary name, which identifies the writer:
/// `<final name>.<process>-<machine>-<random>.tmp`.
enum UnfinishedFile {
  /// A temporary name in the folder of `path`.
  static func name(for path: String) -> String {
    "\(path).\(getpid())-\(machine)-\(String(UInt32.random(in: 0 ... .max), radix: 16)).tmp"
  }

  static func isOne(_ name: String) -> Bool { name.hasSuffix(".tmp") || name.hasPrefix(".writable-") }

  /// Whether a process of this machine is currently writing the file; nil if unknown.
  static func isInWork(_ name: String) -> Bool? {
    let fields = name.split(separator: ".").dropLast().last?.split(separator: "-") ?? []
    guard fields.count == 3, fields[1] == machine, let process = Int32(fields[0]), process > 0 else { return nil }
    return kill(process, 0) == 0 || errno == EPERM
  }

  /// Up to eight digits that identify the boot and the process namespace in which process IDs are valid.
  private static let machine: String = {
    var hash: UInt32 = 2_166_136_261
    for byte in ClaimHolder.current.system.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return String(hash, radix: 16)
  }()
}

extension FileAccess {
  /// Removes unfinished files that killed processes left in a folder: those of this machine at once, those of other
  /// machines after an hour.
  package func removeAbandoned(in folder: String) throws(StoreError) {
    for name in try FileAccess.names(in: folder) where UnfinishedFile.isOne(name) || name.hasPrefix(".dat.nosync") {
      let path = "\(folder)/\(name)"
      var information = stat()
      guard lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { continue }
      let isYoung = Double(time(nil)) - Double(information.st_mtim.tv_sec) < 3600
      if !(UnfinishedFile.isInWork(name) ?? isYoung) { unlink(path) }
    }
  }
}
