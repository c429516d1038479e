import Configuration
import Crypto
import Foundation

struct OfficialArchive: Sendable {
  let url: String
  let bytes: Int
  let md5: String
  let sha256: String

  var name: String { String(url.split(separator: "/").last ?? "archive") }
}

/// Downloads the archive to `folder`, unpacks it to a temporary folder, checks every file and renames the folder.
/// Existing files are checked, never replaced.
func fetch(
  _ archive: OfficialArchive, _ layout: CIFARLayout, into folder: String, showsProgress: Bool,
  report: (String) -> Void
) throws(DatasetError) -> String {
  let place = folder + "/" + layout.folder
  if exists(place) {
    guard isFolder(place) else { throw .exists(path: place, reason: "it is a file, not a folder") }
    if let file = layout.files.first(where: { !exists(place + "/" + $0.name) }) {
      throw .exists(path: place, reason: "\(file.name) is missing in it")
    }
    if let reason = try layout.reasonNotOfficial(in: place) { throw .exists(path: place, reason: reason) }
    report("\(place): the official files already exist")
    return place
  }
  try makeFolder(folder)
  let path = folder + "/" + archive.name
  if !exists(path) {
    report("downloading \(archive.url), \(archive.bytes / 1_000_000) MB")
    try download(archive, to: path, showsProgress: showsProgress)
  }
  report("checking \(path)")
  try check(path, is: archive)
  report("unpacking into \(place)")
  try unpack(path, layout, to: place)
  try? FileManager.default.removeItem(atPath: path)
  return place
}

/// Downloads to `path`.part, resuming an earlier download, and renames the file when its size is right.
private func download(_ archive: OfficialArchive, to path: String, showsProgress: Bool) throws(DatasetError) {
  let partial = path + ".part"
  if exists(partial), try fileSize(partial) > archive.bytes { try remove(partial) }
  let present = exists(partial) ? try fileSize(partial) : 0
  if present < archive.bytes {
    guard let curl = ChildProcess.path(of: "curl") else {
      throw .toolMissing(tool: "curl", url: archive.url, folder: (path as NSString).deletingLastPathComponent)
    }
    let progress = showsProgress ? ["--progress-bar"] : ["--silent", "--show-error"]
    let outcome = run(
      curl,
      ["--fail", "--location", "--retry", "3", "--connect-timeout", "30", "--continue-at", "-"] + progress
        + ["--output", partial, archive.url], showsErrors: showsProgress)
    if outcome.status != 0 {
      throw .downloadFailed(
        url: archive.url, reason: outcome.reason, partial: partial, hasArrived: exists(partial))
    }
  }
  let size = try fileSize(partial)
  if size != archive.bytes {
    // A file that is too long is useless; one that is too short is resumed next time.
    if size > archive.bytes { try remove(partial) }
    throw .wrongSize(path: partial, bytes: size, expected: archive.bytes)
  }
  guard rename(partial, path) == 0 else { throw .unwritable(path: path, reason: lastSystemError()) }
}

/// Compares size, MD5 and SHA-256. A wrong archive is removed, because it must be downloaded again.
private func check(_ path: String, is archive: OfficialArchive) throws(DatasetError) {
  let size = try fileSize(path)
  let md5 = try digest(ofFile: path, Insecure.MD5.self)
  let sha256 = try digest(ofFile: path, SHA256.self)
  if size == archive.bytes && md5 == archive.md5 && sha256 == archive.sha256 { return }
  try remove(path)
  if size != archive.bytes { throw .wrongSize(path: path, bytes: size, expected: archive.bytes) }
  if md5 != archive.md5 {
    throw .wrongChecksum(path: path, algorithm: "MD5", digest: md5, expected: archive.md5)
  }
  throw .wrongChecksum(path: path, algorithm: "SHA-256", digest: sha256, expected: archive.sha256)
}

private func unpack(_ path: String, _ layout: CIFARLayout, to place: String) throws(DatasetError) {
  let staging = place + ".unpacking"
  if exists(staging) { try remove(staging) }
  try makeFolder(staging)
  defer { try? FileManager.default.removeItem(atPath: staging) }
  guard let tar = ChildProcess.path(of: "tar") else {
    throw .extractionFailed(path: path, reason: "'tar' was not found; install it with 'apt-get install tar gzip'")
  }
  let outcome = run(tar, ["--no-same-owner", "-xzf", path, "-C", staging], showsErrors: false)
  if outcome.status != 0 { throw .extractionFailed(path: path, reason: outcome.reason) }
  let unpacked = staging + "/" + layout.folder
  for file in layout.files where !exists(unpacked + "/" + file.name) {
    throw .extractionFailed(path: path, reason: "it does not contain \(layout.folder)/\(file.name)")
  }
  if let reason = try layout.reasonNotOfficial(in: unpacked) {
    throw .extractionFailed(path: path, reason: reason)
  }
  guard rename(unpacked, place) == 0 else { throw .unwritable(path: place, reason: lastSystemError()) }
}

private func remove(_ path: String) throws(DatasetError) {
  do {
    try FileManager.default.removeItem(atPath: path)
  } catch {
    throw .unwritable(path: path, reason: error.localizedDescription)
  }
}

/// Runs a program to its end. `reason` is its last line on standard error, or its exit status if standard error went to
/// the user's terminal.
private func run(_ program: String, _ arguments: [String], showsErrors: Bool) -> (status: Int32, reason: String) {
  do {
    let ending = try ChildProcess.run(program, arguments, showsErrors: showsErrors)
    let last = ending.errors.split(separator: "\n").last.map(String.init)
    return (
      ending.status, last ?? "\((program as NSString).lastPathComponent) ended with status \(ending.status)"
    )
  } catch {
    return (-1, error.localizedDescription)
  }
}
