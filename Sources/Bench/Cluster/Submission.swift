import Foundation

/// One submission on disk, `results/<profile>/cluster/<number>`: the plan, a script and a job id for each array, and
/// the output of the tasks. There is no other state than this and the result files.
package struct Submission: Hashable, Sendable {
  package let folder: String

  package init(folder: String) { self.folder = folder }

  package var plan: String { folder + "/plan.jsonl" }
  private var ledger: String { folder + "/jobs.tsv" }

  /// All submissions of a profile, the oldest first.
  package static func all(in results: String) -> [Submission] {
    let folder = results + "/cluster"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let numbered = names.compactMap { name in ordinal(of: name).map { (name, $0) } }.sorted { $0.1 < $1.1 }
    return numbered.map { Submission(folder: "\(folder)/\($0.0)") }
  }

  /// The name of a number: three digits or more.
  private static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  /// The number of a submission folder; nil for other names.
  private static func ordinal(of name: String) -> Int? {
    guard name.utf8.count <= 18, let number = Int(name), number >= 0, Submission.name(number) == name else {
      return nil
    }
    return number
  }

  /// The next submission, whose folder does not exist yet.
  package static func next(in results: String) -> Submission {
    let last = all(in: results).last.flatMap { ordinal(of: String($0.folder.split(separator: "/").last ?? "")) } ?? 0
    return Submission(folder: "\(results)/cluster/\(name(last + 1))")
  }

  /// Writes the plan and the scripts to a new folder, before anything is submitted.
  package func write(plan text: String, scripts: [(name: String, text: String)]) throws(ClusterError) {
    try Submission.attempt("create the folder", folder) {
      let parent = URL(fileURLWithPath: folder).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
      // Fails if a concurrent submission created the folder first: a folder is not shared.
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      // If the scheduler cannot open a task's output file, the task fails without a message.
      try FileManager.default.createDirectory(atPath: folder + "/log", withIntermediateDirectories: false)
    }
    for file in [("plan.jsonl", text)] + scripts {
      try Submission.attempt("write", folder + "/" + file.0) {
        try file.1.write(toFile: folder + "/" + file.0, atomically: true, encoding: .utf8)
      }
    }
  }

  package func record(job: String, array: String) throws(ClusterError) {
    try Submission.attempt("write", ledger) {
      let text = (try? String(contentsOfFile: ledger, encoding: .utf8)) ?? "job\tarray\n"
      try (text + "\(job)\t\(array)\n").write(toFile: ledger, atomically: true, encoding: .utf8)
    }
  }

  /// The job ids by the names of their arrays.
  package func jobs() -> [String: String] {
    var jobs: [String: String] = [:]
    for line in ((try? String(contentsOfFile: ledger, encoding: .utf8)) ?? "").split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t")
      if fields.count == 2 { jobs[String(fields[1])] = String(fields[0]) }
    }
    return jobs
  }

  package func sent() throws(ClusterError) -> [(task: TaskName, cell: ClusterPlan.Task)] {
    let jobs = jobs()
    guard !jobs.isEmpty else { return [] }
    return try ClusterPlan(contentsOf: plan).tasks.compactMap { cell in
      jobs[cell.array].map { (TaskName(job: $0, index: cell.index), cell) }
    }
  }

  package func log(of task: TaskName) -> String { "\(folder)/log/\(task).out" }

  private static func attempt(_ action: String, _ path: String, _ body: () throws -> Void) throws(ClusterError) {
    do { try body() } catch { throw .io(action: action, path: path, reason: error.localizedDescription) }
  }
}
