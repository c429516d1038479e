import Suites

/// A cell to be submitted to the cluster.
package struct Work: Sendable {
  package let id: String
  package let suite: String
  package let cell: Cell
  package let resources: Resources
  /// The cell whose result it starts from; nil if there is none, or if that result exists.
  package let after: String?

  package init(id: String, suite: String, cell: Cell, resources: Resources, after: String? = nil) {
    self.id = id
    self.suite = suite
    self.cell = cell
    self.resources = resources
    self.after = after
  }
}

/// Cells that are submitted together: they need the same resources, and one script trains them all.
package struct JobArray: Sendable {
  /// What must have succeeded first: task i of this array waits for task i of the other.
  package enum Predecessor: Hashable, Sendable {
    /// Another array of the same plan.
    case array(String)
    /// An array that was submitted earlier, by its job id.
    case job(String)
  }

  package struct Task: Sendable {
    package let index: Int
    package let work: Work
  }

  /// "1", "2": unique in the plan, in the order of submission.
  package let name: String
  package let resources: Resources
  package let after: Predecessor?
  package fileprivate(set) var tasks: [Task]
}

extension JobArray {
  /// Groups cells with equal resources, in their order, into arrays of a size that the cluster accepts.
  ///
  /// A cell that starts from the result of another gets that cell's index, in an array that waits for the other array
  /// task by task. A second cell that starts from the same one goes to another array.
  ///
  /// - Parameters:
  ///   - queued: the tasks of earlier submissions that wait or run, by cell.
  ///   - limit: one more than the largest allowed index.
  package static func arrays(_ works: [Work], queued: [String: TaskName] = [:], limit: Int) -> [JobArray] {
    precondition(limit > 0, "JobArray: the limit must be positive")
    var arrays: [JobArray] = []
    var places: [String: (array: Int, index: Int)] = [:]
    func add(_ work: Work, to array: Int, at index: Int) {
      arrays[array].tasks.append(Task(index: index, work: work))
      places[work.id] = (array, index)
    }
    func open(_ work: Work, after: Predecessor?) -> Int {
      arrays.append(JobArray(name: String(arrays.count + 1), resources: work.resources, after: after, tasks: []))
      return arrays.count - 1
    }

    let here = Set(works.map(\.id))
    /// Whether a cell depends on a cell that is not finished.
    func isWaiting(_ work: Work) -> Bool { work.after.map { here.contains($0) || queued[$0] != nil } ?? false }
    for work in works where !isWaiting(work) {
      let array =
        arrays.firstIndex { $0.resources == work.resources && $0.tasks.count < limit } ?? open(work, after: nil)
      add(work, to: array, at: arrays[array].tasks.count)
    }
    // Places cells generation by generation; cells in a circular dependency are in none and remain.
    var rest = works.filter(isWaiting)
    while true {
      let ready = rest.filter { places[$0.after!] != nil || !here.contains($0.after!) }
      if ready.isEmpty { break }
      for work in ready {
        let predecessor: Predecessor
        let index: Int
        if let place = places[work.after!] {
          (predecessor, index) = (.array(arrays[place.array].name), place.index)
        } else {
          let task = queued[work.after!]!
          (predecessor, index) = (.job(task.job), task.index)
        }
        let array =
          arrays.firstIndex {
            $0.after == predecessor && $0.resources == work.resources && !$0.tasks.contains { $0.index == index }
          } ?? open(work, after: predecessor)
        add(work, to: array, at: index)
      }
      let done = Set(ready.map(\.id))
      rest.removeAll { done.contains($0.id) }
    }
    precondition(rest.isEmpty, "JobArray: circular dependency of cells")
    return arrays
  }
}
