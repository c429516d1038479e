import Configuration

/// Submits arrays to the scheduler, and records each job as soon as it exists.
package struct Dispatch: Sendable {
  private let slurm: Slurm
  private let submission: Submission
  private let options: SubmitOptions

  package init(_ submission: Submission, slurm: Slurm, options: SubmitOptions) {
    self.submission = submission
    self.slurm = slurm
    self.options = options
  }

  /// The files of a submission, by name.
  package func scripts(_ arrays: [JobArray], head: ClusterPlan.Head) -> [(name: String, text: String)] {
    arrays.map { array in
      (
        "\(array.name).sh",
        array.script(profile: head.profile, program: head.program.path, folder: submission.folder, options)
      )
    }
  }

  /// Writes the submission's files, then submits each array as a job.
  ///
  /// - Returns: the job ids, in the arrays' order.
  /// - Throws: if the scheduler refuses an array; the arrays before it are submitted and recorded.
  package func send(_ arrays: [JobArray], head: ClusterPlan.Head) throws(ClusterError) -> [String] {
    try submission.write(plan: ClusterPlan.text(head, arrays), scripts: scripts(arrays, head: head))
    var jobs: [String: String] = [:]
    for array in arrays {
      let job = try slurm.submit(
        "\(submission.folder)/\(array.name).sh", options: Dispatch.dependency(of: array) { jobs[$0] ?? $0 })
      jobs[array.name] = job
      try submission.record(job: job, array: array.name)
    }
    return arrays.compactMap { jobs[$0.name] }
  }

  /// The options of `sbatch`, in addition to the script.
  ///
  /// - Parameter job: returns the job id of an array of this plan, or a placeholder.
  package static func dependency(of array: JobArray, job: (String) -> String) -> [String] {
    switch array.after {
    case nil: []
    // A cell whose predecessor failed can never start; without this option it would wait forever.
    case .array(let name): ["--dependency=aftercorr:\(job(name))", "--kill-on-invalid-dep=yes"]
    case .job(let id): ["--dependency=aftercorr:\(id)", "--kill-on-invalid-dep=yes"]
    }
  }

  /// The commands that `send` runs, as shell commands.
  package func commands(_ arrays: [JobArray]) -> [String] {
    let needed = Set(
      arrays.compactMap { array in if case .array(let name)? = array.after { name } else { nil } })
    return arrays.map { array in
      var options: [Quoted<ShellScript>] = ["sbatch --parsable"]
      switch array.after {
      case nil: break
      case .array(let name): options.append("--dependency=aftercorr:$job\(name) --kill-on-invalid-dep=yes")
      case .job(let id): options.append("--dependency=\("aftercorr:\(id)") --kill-on-invalid-dep=yes")
      }
      options.append("\("\(submission.folder)/\(array.name).sh")")
      let line = options.joined(separator: " ")
      let command: Quoted<ShellScript> = needed.contains(array.name) ? "job\(array.name)=$(\(line))" : line
      return command.text
    }
  }
}
