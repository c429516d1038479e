import Testing

@testable import Cluster

/// Gives the same output for every command.
private struct Echo: CommandRunner {
  let output: CommandOutput
  func run(_ command: [String]) throws(ClusterError) -> CommandOutput { output }
}

@Suite("Output of Slurm")
struct SlurmTests {
  private func slurm(_ output: String) -> Slurm { Slurm(Echo(output: CommandOutput(output: output))) }

  @Test("the largest array is read from the configuration, and a configuration without it is an error")
  func maxArraySize() throws {
    let text = "Configuration data as of 2026\nMaxArraySize            = 1001\nMaxDBDMsgs              = 20016\n"
    #expect(try slurm(text).maxArraySize() == 1001)
    #expect(throws: ClusterError.self) { try slurm("MaxDBDMsgs = 1\n").maxArraySize() }
  }

  @Test("the job id is found after other output of a site and before the cluster's name")
  func submit() throws {
    #expect(try slurm("Your project has 12 hours left\n4711;big\n").submit("1.sh", options: []) == "4711")
    #expect(throws: ClusterError.misunderstood(command: "sbatch --parsable 1.sh", output: "queued\n")) {
      try slurm("queued\n").submit("1.sh", options: [])
    }
  }

  @Test("tasks are distinguished from other jobs, and placeholders become empty texts")
  func queue() throws {
    let entries = try slurm(
      """
      13|4|RUNNING|1|node2|None|
      13|5|PENDING|0||Resources|
      9|N/A|RUNNING|0|node1|None|

      """
    ).queue()
    #expect(
      entries == [
        QueueEntry(task: TaskName(job: "13", index: 4), state: "RUNNING", restarts: 1, node: "node2"),
        QueueEntry(task: TaskName(job: "13", index: 5), state: "PENDING", reason: "Resources"),
      ])
  }

  @Test(
    "each state is alive or over",
    arguments: [
      ("PENDING", 0, "Resources", QueueEntry.Phase.pending), ("PENDING", 2, "BeginTime", .requeued),
      ("PENDING", 1, "launch failed requeued held", .held), ("PENDING", 0, "JobHeldUser", .held),
      ("RUNNING", 1, "", .running), ("COMPLETING", 0, "", .running), ("SUSPENDED", 0, "", .running),
      ("REQUEUE_HOLD", 1, "", .held), ("COMPLETED", 0, "", .ended), ("FAILED", 0, "NonZeroExitCode", .ended),
      ("TIMEOUT", 0, "TimeLimit", .ended), ("NODE_FAIL", 0, "", .ended), ("CANCELLED", 0, "", .ended),
      ("OUT_OF_MEMORY", 0, "", .ended),
    ])
  func phases(_ state: String, _ restarts: Int, _ reason: String, _ phase: QueueEntry.Phase) {
    let entry = QueueEntry(
      task: TaskName(job: "1", index: 0), state: state, restarts: restarts, reason: reason)
    #expect(entry.phase == phase)
    #expect(entry.isAlive == (phase != .ended))
  }

  @Test("a failure quotes the command and Slurm's message")
  func refusal() {
    let output = CommandOutput(status: 1, errors: "sbatch: error: Batch job submission failed\nInvalid account\n")
    let error = #expect(throws: ClusterError.self) {
      try Slurm(Echo(output: output)).submit("1.sh", options: ["--account=x"])
    }
    #expect(
      error?.description == "'sbatch --parsable --account=x 1.sh' ended with status 1: sbatch: error: Batch job "
        + "submission failed; Invalid account")
  }

  @Test("the error for a missing program names alternatives")
  func missing() {
    let error = #expect(throws: ClusterError.self) { try SystemCommands().run(["no-such-scheduler"]) }
    #expect(error == .noProgram("no-such-scheduler"))
    #expect(error?.description.contains("--executor print") == true)
  }

  @Test("both output streams of a program are read completely, whatever their size")
  func streams() throws {
    let result = try SystemCommands().run(
      ["sh", "-c", "head -c 300000 /dev/zero | tr '\\0' e >&2; head -c 300000 /dev/zero | tr '\\0' o; exit 3"])
    #expect(result.status == 3)
    #expect(result.output.utf8.count == 300_000 && result.errors.utf8.count == 300_000)
  }

  @Test("a task is identified by the array's id, never by its raw job id")
  func environment() {
    let task = TaskName(environment: [
      "SLURM_JOB_ID": "99", "SLURM_ARRAY_JOB_ID": "90", "SLURM_ARRAY_TASK_ID": "7",
    ])
    #expect(task?.description == "90_7")
    #expect(TaskName(environment: ["SLURM_JOB_ID": "99"]) == nil)
  }
}
