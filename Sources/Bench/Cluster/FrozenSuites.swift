import Configuration
import Foundation
import Suites

/// A copy of the suite files at the time of a plan, with every file that they name, so that later edits do not affect
/// submitted cells.
package struct FrozenSuites: Codable, Hashable, Sendable {
  /// Paths of the suites, in order.
  package let suites: [String]
  /// The text of each file by its path.
  package let files: [String: String]
  /// Paths of the files that `--with` merged into them, and the methods that `--method` added.
  package let overlays: [String]
  package let methods: [String]
  /// Overrides of `--set`.
  package let settings: [String]
  /// Seeds of `--seeds`; nil in plans without it.
  package let seeds: String?

  /// Reads suites from their paths.
  package init(
    reading paths: [String], overlays: [String] = [], methods: [String] = [], settings: [String], seeds: String? = nil
  ) throws(SuiteError) {
    var files: [String: String] = [:]
    func text(_ path: String) throws(SuiteError) -> String {
      let text = try suiteText(at: path)
      files[path] = text
      return text
    }
    for path in overlays { _ = try text(path) }
    let layers = try FrozenSuites.overlays(overlays, methods, seeds, files)
    for path in paths {
      _ = try Suite(yaml: try text(path), file: path, overlays: layers) {
        try text(sibling(of: path, named: $0))
      }
    }
    (self.suites, self.files, self.overlays, self.methods) = (paths, files, overlays, methods)
    (self.settings, self.seeds) = (settings, seeds)
  }

  /// The stored suites at a profile: one of them or all.
  package func grids(
    profile: String, vocabulary: Vocabulary, only name: String? = nil
  ) throws(SuiteError) -> [Grid] {
    let overrides = try settings.map { setting throws(SuiteError) in try Override(setting) }
    let layers = try FrozenSuites.overlays(overlays, methods, seeds, files)
    var grids: [Grid] = []
    for path in suites {
      let suite = try Suite(yaml: files[path] ?? "", file: path, overlays: layers) { other in
        guard let text = files[sibling(of: path, named: other)] else {
          throw CocoaError(.fileNoSuchFile)
        }
        return text
      }
      guard name == nil || suite.name == name else { continue }
      grids.append(try suite.grid(profile: profile, vocabulary: vocabulary, overrides: overrides))
    }
    return grids
  }

  private static func overlays(
    _ paths: [String], _ methods: [String], _ seeds: String?, _ files: [String: String]
  ) throws(SuiteError) -> [Overlay] {
    try paths.map { path throws(SuiteError) in try Overlay(yaml: files[path] ?? "", file: path) }
      + methods.map { method throws(SuiteError) in try Overlay(method: method) }
      + (seeds.map { seeds throws(SuiteError) in [try Overlay(seeds: seeds)] } ?? [])
  }
}
