import Configuration
import Foundation

package struct FileVerdict: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case whole
    /// Written by this program and changed since.
    case damaged
    /// Not written by this program, or in the wrong place.
    case foreign
    /// Left by a killed process in the middle of a write; never read.
    case leftover
    /// Intact, in a later format.
    case newer
    /// The operating system refuses to read it.
    case unreadable
  }

  package let path: String
  package let kind: Kind
  /// A clause that begins with a verb: "does not match its checksum". Empty if nothing is wrong.
  package let reason: String

  package init(_ path: String, _ kind: Kind, _ reason: String = "") {
    self.path = path
    self.kind = kind
    self.reason = reason
  }

  /// True if the file needs the user's attention.
  package var isBad: Bool { kind == .damaged || kind == .foreign || kind == .unreadable }
}

extension FileVerdict {
  /// Verifies the seal of a cell file or a checkpoint, and then the content of a cell file.
  ///
  /// - Parameter reader: opens the content of a cell file.
  package init(judging path: String, with reader: TrialReader = .current) {
    let parts = path.split(separator: "/").map(String.init)
    let name = parts.last ?? ""
    let access = FileAccess.current
    do throws(StoreError) {
      let start = try access.beginning(of: path)
      guard start.starts(with: "SAMBench ".utf8) else {
        self.init(path, .foreign, start.isEmpty ? "is empty" : "does not start with 'SAMBench'")
        return
      }
      if name.hasPrefix("checkpoint-") {
        let cell = try Checkpoint(contentsOf: path, access).head.cellID
        let folder = parts.dropLast().last ?? ""
        self.init(path, cell == folder ? .whole : .foreign, cell == folder ? "" : "belongs to cell \(cell.visible)")
        return
      }
      let reason = try reader.problem(try access.sealedContent(of: path), name, .proof, path)
      self.init(path, reason == nil ? .whole : .damaged, reason ?? "")
    } catch {
      switch error {
      case .damaged(_, let reason): self.init(path, .damaged, reason)
      case .newer(_, let format): self.init(path, .newer, "has format \(format)")
      case .absent: self.init(path, .unreadable, "does not exist")
      case .io, .hdf5: self.init(path, .unreadable, "cannot be read: \(error)")
      }
    }
  }

  /// Judges a file by its name and place first: claims and unfinished files are recognized, and any other file that is
  /// neither a cell nor a checkpoint is foreign.
  ///
  /// - Returns: nil for a file that has disappeared since it was listed, and for one that another process is writing.
  package static func judge(fileInFolder path: String, with reader: TrialReader = .current) -> FileVerdict? {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    var (information, target) = (stat(), stat())
    guard lstat(path, &information) == 0 else { return errno == ENOENT ? nil : unreadable(path, errno) }
    if information.st_mode & S_IFMT == S_IFLNK, stat(path, &target) != 0, errno == ENOENT || errno == ELOOP {
      return FileVerdict(path, .foreign, "is a broken symbolic link")
    }
    if UnfinishedFile.isOne(name) {
      if UnfinishedFile.isInWork(name) == true { return nil }
      return FileVerdict(path, .leftover, "is an unfinished file left by a killed process")
    }
    // A process that claims a cell writes such a file for a moment.
    if name.hasPrefix(".claim-") {
      return FileVerdict(path, .leftover, "is an unfinished claim left by a killed process")
    }
    // Progress files have no seal, and no run reads them.
    if WorkFolder.number(ofClaim: name) != nil || WorkFolder.isNote(name) {
      let isFile = information.st_mode & S_IFMT == S_IFREG
      return FileVerdict(path, isFile ? .whole : .foreign, isFile ? "" : "is not a regular file")
    }
    guard name.hasSuffix(".h5") || name == "checkpoint-0" || name == "checkpoint-1" else {
      return FileVerdict(path, .foreign, "has a name that this program does not use")
    }
    let verdict = FileVerdict(judging: path, with: reader)
    // It disappeared in the meantime: a replaced checkpoint, or the work of a finished cell.
    if verdict.kind == .unreadable, lstat(path, &information) != 0, errno == ENOENT { return nil }
    return verdict
  }

  private static func unreadable(_ path: String, _ code: Int32) -> FileVerdict {
    FileVerdict(path, .unreadable, "cannot be read: \(StoreError.io(action: "examine", path: path, code: code))")
  }
}

extension FileVerdict {
  /// Every file of this program below a folder, sorted by name: all files in `cells` and `work`, and any other file
  /// named like them. Linked folders are included, each once. Reports and quarantined files are left out.
  ///
  /// - Returns: the paths, and verdicts on names that are not valid UTF-8.
  package static func files(below folder: String) throws(StoreError) -> (paths: [String], unnameable: [FileVerdict]) {
    var search = Search()
    try search.enter(folder)
    return (search.paths, search.unnameable)
  }

  private struct Search {
    /// A folder by its device and inode, independent of the links to it.
    struct Place: Hashable {
      let device: UInt64
      let number: UInt64
    }

    var paths: [String] = []
    var unnameable: [FileVerdict] = []
    var visited: Set<Place> = []

    mutating func enter(_ folder: String) throws(StoreError) {
      var information = stat()
      guard stat(folder, &information) == 0 else { return }
      let place = Place(device: UInt64(information.st_dev), number: UInt64(information.st_ino))
      guard visited.insert(place).inserted else { return }
      let (names, others) = try FileAccess.listing(of: folder)
      unnameable += others.sorted().map {
        FileVerdict("\(folder)/\($0)", .foreign, "has a name that is not valid UTF-8; remove it manually")
      }
      let parents = folder.split(separator: "/").suffix(2)
      let isPlace = parents.last == "cells" || parents.first == "work"
      for name in names.sorted() {
        let path = "\(folder)/\(name)"
        let isFolder = stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
        if isFolder && !name.hasSuffix(".h5") {
          if name != "report" && name != "quarantine" { try enter(path) }
        } else if name.hasSuffix(".h5") || isPlace && !(name == "README.md" && parents.last != "cells") {
          paths.append(path)
        }
      }
    }
  }
}

extension RunStore {
  /// `content` under a valid seal: tests use it for malformed content.
  package static func sealed(_ content: [UInt8], as kind: Seal.Kind = .cell, format: Int = 1) -> [UInt8] {
    Seal.block(kind, for: [content], format: format) + content
  }

  /// Moves a file to `quarantine`, next to `cells` and `work`, with the reason in its name.
  ///
  /// - Returns: the new path; nil if another process removed the file.
  package static func quarantine(_ verdict: FileVerdict) throws(StoreError) -> String? {
    var parts = verdict.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let name = parts.removeLast()
    // results/<profile>/cells/<file> or results/<profile>/work/<id>/<file>
    let depth = parts.last == "cells" ? 1 : parts.dropLast().last == "work" ? 2 : 0
    let prefix = depth == 2 ? "\(parts[parts.count - 1])-" : ""
    let base = parts.dropLast(depth).joined(separator: "/")
    let folder = (parts.count == depth ? "" : base + "/") + "quarantine"
    let access = FileAccess.current
    try access.makeFolder(folder)
    let words = verdict.reason.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.prefix(8)
    // Names have at most 255 bytes, which leaves room for the reason and a number.
    let start = String(decoding: (prefix + name).utf8.prefix(150), as: UTF8.self)
    let said = String(words.joined(separator: "-").prefix(80))
    let first = "\(folder)/\(start).\(verdict.kind.rawValue)-\(said)"
    var target = first
    var information = stat()
    var copy = 1
    while lstat(target, &information) == 0 {
      copy += 1
      target = "\(first)-\(copy)"
    }
    do throws(StoreError) {
      try access.retry("move to quarantine", verdict.path) { access.rename(verdict.path, target) }
    } catch .io(_, _, ENOENT) { return nil }
    return target
  }
}
