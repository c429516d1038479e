import ArgumentParser
import Foundation
import Suites

/// `--suites` in commands that take no suites as arguments.
struct SuitesFolder: ParsableArguments {
  @Option(name: .customLong("suites"), help: "Suites folder.", completion: .directory)
  var path = "suites"

  func validate() throws { try check("--suites", path: path) }

  /// The suites directly in the folder.
  func suites() throws -> [Suite] {
    try SuitesFolder.names(in: path).map { try Suite(contentsOf: "\(path)/\($0).yaml") }
  }

  /// Paths of all suites and protocols in a folder and its subfolders.
  static func files(in path: String) -> [String] {
    let names = FileManager.default.subpaths(atPath: path) ?? []
    return names.filter { $0.hasSuffix(".yaml") && !"/\($0)".contains("/.") }.sorted().map { "\(path)/\($0)" }
      .filter(isFile)
  }

  /// The suites in the folder and its subfolders.
  func suitesAndStudies() throws -> [Suite] {
    try suites()
      + SuitesFolder.files(in: path).filter { $0.dropFirst(path.count + 1).contains("/") }.compactMap { file in
        // A file without a title is a protocol.
        do { return try Suite(contentsOf: file) } catch SuiteError.missingKey(_, "title", "the suite") { return nil }
      }
  }

  static func names(in folder: String) throws -> [String] {
    guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw UsageError(
        "\(folder): suites folder not found. Run in the project's folder, or name one with --suites.")
    }
    // Hidden files are locks, backups and the like of editors and systems.
    let suites = files.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") && isFile("\(folder)/\($0)") }
    let names = suites.map { String($0.dropLast(5)) }.sorted()
    guard !names.isEmpty else { throw UsageError("\(folder): no suite (*.yaml) found. Name a folder with --suites.") }
    return names
  }
}

private func isFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}
