/// The name of a task of a job array in Slurm: `1234_7`. It stays the same when the task is requeued; the raw job id of
/// a task does not identify it.
package struct TaskName: Hashable, Sendable, CustomStringConvertible {
  package let job: String
  package let index: Int

  package init(job: String, index: Int) {
    self.job = job
    self.index = index
  }

  /// The task of this process, from the variables that Slurm sets.
  package init?(environment: [String: String]) {
    guard let job = environment["SLURM_ARRAY_JOB_ID"],
      let index = environment["SLURM_ARRAY_TASK_ID"].flatMap({ Int($0) })
    else { return nil }
    self.init(job: job, index: index)
  }

  package var description: String { "\(job)_\(index)" }
}

/// Indices in the syntax of `--array` and `scancel`: "0-3,7,9-12".
package func ranges(of indices: [Int]) -> String {
  var ranges: [ClosedRange<Int>] = []
  for index in indices.sorted() {
    if let last = ranges.last, index == last.upperBound + 1 {
      ranges[ranges.count - 1] = last.lowerBound...index
    } else if ranges.last?.contains(index) != true {
      ranges.append(index...index)
    }
  }
  return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
}
