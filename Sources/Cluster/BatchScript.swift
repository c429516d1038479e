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
    let throttle = options.maxParallel.map { "%\($0)" } ?? ""
    var lines = [
      "#!/bin/bash",
      "# \(summary). Each task of the array trains one cell of plan.jsonl.",
      "#SBATCH --job-name=sambench-\(profile)-\(name)",
      "#SBATCH --array=\(ranges(of: tasks.map(\.index)))\(throttle)",
      "#SBATCH --ntasks=1",
      "#SBATCH --cpus-per-task=\(resources.cpus)",
      "#SBATCH --mem=\(resources.memory)M",
      "#SBATCH --time=\(JobArray.spelled(minutes: resources.minutes))",
    ]
    if resources.isExclusive { lines.append("#SBATCH --exclusive") }
    for (name, value) in [
      ("partition", options.partition), ("account", options.account), ("constraint", options.constraint),
    ] {
      if let value { lines.append("#SBATCH --\(name)=\(value)") }
    }
    lines += [
      "#SBATCH --output=\(folder)/log/%A_%a.out",
      "#SBATCH --open-mode=append",
      "",
      "# Before its time is up a task is told by USR1: it writes a checkpoint and queues itself again. A task that is",
      "# preempted or loses its node goes on from its last checkpoint.",
      "#SBATCH --signal=B:USR1@\(warningSeconds)",
      "#SBATCH --requeue",
      "",
      command(program: program, folder: folder, index: "\"$SLURM_ARRAY_TASK_ID\""),
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The command that trains one task, in place of the shell so that signals reach it.
  package func command(program: String, folder: String, index: String) -> String {
    "exec \(quoted(program)) job \(quoted(folder + "/plan.jsonl")) \(name) \(index)"
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

/// As one word of a shell command.
func quoted(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "/._-+=@:,".utf8.contains(byte)
  }
  return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
