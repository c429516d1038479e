import Configuration
import Suites

/// Options of a submission, in addition to the resources of each cell.
package struct SubmitOptions: Hashable, Sendable {
  package var partition: String?
  package var account: String?
  package var constraint: String?
  /// Maximum number of tasks of an array that run at a time.
  package var maxParallel: Int?

  package init(
    partition: String? = nil, account: String? = nil, constraint: String? = nil, maxParallel: Int? = nil
  ) {
    self.partition = partition
    self.account = account
    self.constraint = constraint
    self.maxParallel = maxParallel
  }
}

extension JobArray {
  /// Seconds before the time limit at which the job is warned: enough for a step and a checkpoint, and for a scheduler
  /// that checks time limits only every 30 seconds.
  var warningSeconds: Int { min(300, resources.minutes * 60 / 4) }

  /// The batch script of this array.
  ///
  /// - Parameter folder: the absolute path of the submission.
  package func script(profile: String, program: String, folder: String, _ options: SubmitOptions) -> String {
    let throttle: Quoted<SchedulerDirective> = options.maxParallel.map { "%\($0)" } ?? ""
    // Directives must precede the first command: sbatch ignores later ones.
    var directives: [Quoted<SchedulerDirective>] = [
      "--job-name=\("sambench-\(profile)-\(name)")",
      "--array=\(ranges(of: tasks.map(\.index)))\(throttle)",
      "--ntasks=1",
      "--cpus-per-task=\(resources.cpus)",
      "--mem=\(resources.memory)M",
      "--time=\(JobArray.spelled(minutes: resources.minutes))",
    ]
    if resources.isExclusive { directives.append("--exclusive") }
    if let partition = options.partition { directives.append("--partition=\(partition)") }
    if let account = options.account { directives.append("--account=\(account)") }
    if let constraint = options.constraint { directives.append("--constraint=\(constraint)") }
    directives += [
      // A percent sign in the path must not be read as a field.
      "--output=\("\(folder.replacing("%", with: "%%"))/log/%A_%a.out")",
      "--open-mode=append",
      "--signal=B:USR1@\(warningSeconds)",
      "--requeue",
    ]
    let summary: Quoted<ScriptComment> = "# \(self.summary). Each task of the array trains one cell of plan.jsonl."
    return """
      #!/bin/bash
      \(summary.text)
      \(directives.map { "#SBATCH \($0.text)\n" }.joined())
      # Before the time limit, Slurm sends USR1: the task writes a checkpoint and requeues itself. A task that is
      # preempted or loses its node resumes from its last checkpoint.
      \(command(program: program, folder: folder, index: "\"$SLURM_ARRAY_TASK_ID\"").text)

      """
  }

  /// The command that runs one task. It replaces the shell, so that signals reach it.
  package func command(program: String, folder: String, index: Quoted<ShellScript>) -> Quoted<ShellScript> {
    "exec \(task(program: program, folder: folder, index: index))"
  }

  /// The command that runs one task, without replacing the shell.
  package func task(program: String, folder: String, index: Quoted<ShellScript>) -> Quoted<ShellScript> {
    "\(program) job \(folder + "/plan.jsonl") \(name) \(index)"
  }

  /// "63 cells of table3: WideResNet-28-10; SGD, SAM, vSAM".
  package var summary: String {
    func joined(_ texts: [String], as kind: String) -> String {
      let unique = texts.uniqued()
      return unique.count > 6 ? "\(unique.count) \(kind)" : unique.joined(separator: ", ")
    }
    let cells = tasks.map(\.work)
    return "\(cells.count) \(cells.count == 1 ? "cell" : "cells") of \(joined(cells.map(\.suite), as: "suites")): "
      + joined(cells.map(\.cell.model.label), as: "models") + "; "
      + joined(cells.map(\.cell.method.label), as: "methods")
  }

  /// "1-12:00:00".
  static func spelled(minutes: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let time = "\(two(minutes / 60 % 24)):\(two(minutes % 60)):00"
    return minutes < 1440 ? time : "\(minutes / 1440)-\(time)"
  }
}
