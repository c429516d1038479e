import Foundation
import Methods
import Store
import Suites

/// Shell completions for names that depend on the current folder.
enum Completion {
  static var suites: [String] { (try? SuitesFolder.names(in: "suites")) ?? [] }
  static var methods: [String] { MethodCatalogue.all.map { $0.name } }

  /// Ids of the stored cells of every profile in the results folder.
  static var cells: [String] {
    let folder = ProcessInfo.processInfo.environment["SAMBENCH_RESULTS"] ?? "results"
    let profiles = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return profiles.sorted().flatMap { (try? RunStore(folder: "\(folder)/\($0)").ids()) ?? [] }
  }

  /// Keys of `--set`, with the separator that follows each.
  static let settings = ["epochs=", "batch_size=", "learning_rate=", "method.", "model.", "dataset."]
  static let terms = ["model=", "dataset=", "method=", "seed="]
}
