import Configuration
import Suites

/// What a user asks of the scheduler beyond a cell's own resources.
package struct SubmitOptions: Hashable, Sendable {
  package var partition: String?
  package var account: String?
  package var constraint: String?
  /// Tasks of an array that may run at a time.
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
  /// that looks every half minute only.
  var warningSeconds: Int { min(300, resources.minutes * 60 / 4) }

  /// The batch script of this array.
  ///
  /// - Parameter folder: of the submission, absolute.
  package func script(profile: String, program: String, folder: String, _ options: SubmitOptions) -> String {
    let throttle: Quoted<SchedulerDirective> = options.maxParallel.map { "%\($0)" } ?? ""
    // Without a signal before them: sbatch reads no directive behind the first command.
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
      // A percent sign of the path is no field of the file's name.
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
      # Before its time is up a task is told by USR1: it writes a checkpoint and queues itself again. A task that is
      # preempted or loses its node goes on from its last checkpoint.
      \(command(program: program, folder: folder, index: "\"$SLURM_ARRAY_TASK_ID\"").text)

      """
  }

  /// The command that trains one task, in place of the shell so that signals reach it.
  package func command(program: String, folder: String, index: Quoted<ShellScript>) -> Quoted<ShellScript> {
    "exec \(task(program: program, folder: folder, index: index))"
  }

  /// The same for a shell that goes on.
  package func task(program: String, folder: String, index: Quoted<ShellScript>) -> Quoted<ShellScript> {
    "\(program) job \(folder + "/plan.jsonl") \(name) \(index)"
  }

  /// "63 cells of table3: WideResNet-28-10; SGD, SAM, vSAM".
  package var summary: String {
    func joined(_ texts: [String], as kind: String) -> String {
      var seen: Set<String> = []
      let unique = texts.filter { seen.insert($0).inserted }
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
