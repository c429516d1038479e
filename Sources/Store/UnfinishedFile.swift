import Foundation

/// A file that is being written under a temporary name, which says by whom:
/// `<final name>.<process>-<machine>-<random>.tmp`.
enum UnfinishedFile {
  /// A temporary name in the folder of `path`.
  static func name(for path: String) -> String {
    "\(path).\(getpid())-\(machine)-\(String(UInt32.random(in: 0 ... .max), radix: 16)).tmp"
  }

  static func isOne(_ name: String) -> Bool { name.hasSuffix(".tmp") || name.hasPrefix(".writable-") }

  /// Whether a process of this machine is writing it at this moment; nil where that cannot be told.
  static func isInWork(_ name: String) -> Bool? {
    let fields = name.split(separator: ".").dropLast().last?.split(separator: "-") ?? []
    guard fields.count == 3, fields[1] == machine, let process = Int32(fields[0]), process > 0 else { return nil }
    return kill(process, 0) == 0 || errno == EPERM
  }

  /// Eight digits for the boot and the process namespace in which process numbers mean something.
  private static let machine: String = {
    var hash: UInt32 = 2_166_136_261
    for byte in ClaimHolder.current.system.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return String(hash, radix: 16)
  }()
}

extension FileAccess {
  /// Removes from a folder what killed processes left: of this machine at once, of others after an hour.
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
