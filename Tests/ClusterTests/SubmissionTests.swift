import Foundation
import Running
import Suites
import Testing

@testable import Cluster

@Suite("Submissions on a cluster that requeues and loses jobs and has no accounting")
struct SubmissionTests {
  /// Submits the cells that are not alive, as the command does.
  @discardableResult
  private func submit(
    _ all: [Work], to fake: FakeSlurm, in results: String, isDone: Set<String> = []
  ) throws -> [String] {
    let slurm = Slurm(fake)
    let alive = try ClusterView(results: results, slurm: slurm).alive
    let due = all.filter { alive[$0.id] == nil && !isDone.contains($0.id) }
    let arrays = JobArray.arrays(due, queued: alive, limit: try slurm.maxArraySize())
    if !arrays.isEmpty {
      _ = try Dispatch(Submission.next(in: results), slurm: slurm, options: SubmitOptions())
        .send(arrays, head: try head(results))
    }
    return due.map(\.id)
  }

  @Test("a second submission contains only cells that are neither done nor alive")
  func again() throws {
    let scratch = try Scratch()
    let fake = FakeSlurm()
    #expect(try submit(works(4), to: fake, in: scratch.path) == ["a", "b", "c", "d"])
    fake.set(TaskName(job: "100", index: 0), to: "COMPLETED")
    // Lost: the queue no longer lists it, and it has no result.
    fake.set(TaskName(job: "100", index: 1), to: nil)
    fake.set(TaskName(job: "100", index: 2), to: "PENDING", restarts: 3, reason: "BeginTime")
    fake.set(TaskName(job: "100", index: 3), to: "RUNNING")
    #expect(try submit(works(4), to: fake, in: scratch.path, isDone: ["a"]) == ["b"])
    #expect(fake.job(101)?.tasks.count == 1)
    #expect(try submit(works(4), to: fake, in: scratch.path, isDone: ["a"]) == [])
    #expect(Submission.all(in: scratch.path).count == 2)
  }

  @Test("the state of a cell is that of its living task, of whatever submission")
  func latest() throws {
    let scratch = try Scratch()
    let fake = FakeSlurm()
    try submit(works(2), to: fake, in: scratch.path)
    fake.set(TaskName(job: "100", index: 1), to: "NODE_FAIL")
    try submit(works(2), to: fake, in: scratch.path)
    let view = try ClusterView(results: scratch.path, slurm: Slurm(fake))
    #expect(view.sent["a"]?.task == TaskName(job: "100", index: 0))
    #expect(view.sent["b"]?.task == TaskName(job: "101", index: 0))
  }

  @Test("a dependent cell is submitted after the one it starts from, and ends with it")
  func dependency() throws {
    let scratch = try Scratch()
    let fake = FakeSlurm()
    try submit(works(3, after: [2: "b"]), to: fake, in: scratch.path)
    #expect(fake.job(101)?.options == ["--dependency=aftercorr:100", "--kill-on-invalid-dep=yes"])
    #expect(fake.job(101)?.tasks.keys.sorted() == [1])
  }

  @Test("arrays submitted before a failure are recorded and not submitted again")
  func refused() throws {
    let scratch = try Scratch()
    let fake = FakeSlurm()
    let all = try works(3, cpus: { $0 == 2 ? 4 : 1 })
    try submit(Array(all.prefix(2)), to: fake, in: scratch.path)
    fake.refuse("sbatch", "sbatch: error: QOSMaxSubmitJobPerUserLimit")
    #expect(throws: ClusterError.self) { try submit(all, to: fake, in: scratch.path) }
    let view = try ClusterView(results: scratch.path, slurm: Slurm(fake))
    #expect(view.alive.keys.sorted() == ["a", "b"])
  }

  @Test("without a queue, no task counts as alive, and the reason is reported")
  func noQueue() throws {
    let scratch = try Scratch()
    let fake = FakeSlurm()
    try submit(works(1), to: fake, in: scratch.path)
    fake.refuse("squeue", "slurm_load_jobs error: Unable to contact slurm controller")
    let view = try ClusterView(results: scratch.path, slurm: Slurm(fake))
    #expect(view.alive.isEmpty)
    #expect(view.queueError?.description.contains("Unable to contact slurm controller") == true)
  }

  @Test("a task held after a failed launch is found; a task held by its user is not")
  func held() throws {
    let scratch = try Scratch()
    let fake = FakeSlurm()
    try submit(works(2), to: fake, in: scratch.path)
    fake.set(TaskName(job: "100", index: 0), to: "PENDING", restarts: 1, reason: "launch failed requeued held")
    fake.set(TaskName(job: "100", index: 1), to: "PENDING", reason: "JobHeldUser")
    let view = try ClusterView(results: scratch.path, slurm: Slurm(fake))
    #expect(view.heldAfterFailure == [TaskName(job: "100", index: 0)])
    #expect(view.alive.count == 2)
  }

  @Test("tasks of one job are canceled with one command")
  func cancel() throws {
    let fake = FakeSlurm()
    try Slurm(fake).cancel([3, 1, 2, 9].map { TaskName(job: "7", index: $0) } + [TaskName(job: "8", index: 0)])
    #expect(fake.commands == ["scancel 7_[1-3,9]", "scancel 8_[0]"])
  }

  @Test("a plan reads back as it was written, and a damaged one is refused")
  func plan() throws {
    let arrays = JobArray.arrays(try works(3, cpus: { $0 == 0 ? 1 : 8 }, isExclusive: { $0 > 0 }), limit: 1001)
    let text = ClusterPlan.text(try head(), arrays)
    let plan = try ClusterPlan(text: text, path: "plan.jsonl")
    #expect(plan.tasks.map(\.isExclusive) == [false, true, true])
    #expect(plan.head == planned(plan.head.suites))
    #expect(plan.tasks.map { "\($0.array) \($0.index) \($0.id) \($0.cpus)" } == ["1 0 a 1", "2 0 b 8", "2 1 c 8"])
    #expect(text.contains(#""cell":{"dataset":{"name":"cifar10""#))
    #expect(throws: ClusterError.noTask(path: "p", array: "2", index: 7)) { try plan.task(7, of: "2", path: "p") }
    for damaged in ["", "{}", text + "{\n", text.replacing("\"format\":1", with: "\"format\":2")] {
      #expect(throws: ClusterError.self) { try ClusterPlan(text: damaged, path: "plan.jsonl") }
    }
  }

  private func planned(_ suites: FrozenSuites) -> ClusterPlan.Head {
    ClusterPlan.Head(
      program: ProgramBuild(version: "1", path: "/opt/sam bench/sambench", sha256: "abc"), profile: "small",
      results: "/results/small", data: nil, suites: suites)
  }

  @Test("edits of suites, or of files that they name, have no effect after freezing")
  func frozen() throws {
    let scratch = try Scratch()
    let rules = "rules: [{set: {recipe: {learning_rate: 0.5}}}]\n"
    try scratch.write("protocol: shared/rules.yaml\n" + suiteText, to: "test.yaml")
    try scratch.write(rules, to: "shared/rules.yaml")
    try scratch.write("rules: [{set: {recipe: {weight_decay: 0.25}}}]\n", to: "more.yaml")
    let frozen = try FrozenSuites(
      reading: [scratch.path + "/test.yaml"], overlays: [scratch.path + "/more.yaml"], methods: ["sam,rho=0.3"],
      settings: ["momentum=0.5"])
    let before = try frozen.grids(profile: "small", vocabulary: .catalogues)[0].cells[0]
    try scratch.write("title: nothing\n", to: "test.yaml")
    try scratch.write("", to: "shared/rules.yaml")
    try scratch.write("", to: "more.yaml")
    let copy = try JSONDecoder().decode(FrozenSuites.self, from: JSONEncoder().encode(frozen))
    let grid = try copy.grids(profile: "small", vocabulary: .catalogues, only: "test")[0]
    let after = grid.cells[0]
    #expect(grid.methods.map(\.label) == ["SGD", "SAM", "sam rho 0.3"])
    #expect(after.recipe.values["weight_decay"] == 0.25)
    #expect(before.canonicalJSON() == after.canonicalJSON())
    #expect(after.recipe.values["learning_rate"] == 0.5 && after.recipe.values["momentum"] == 0.5)
    #expect(try copy.grids(profile: "small", vocabulary: .catalogues, only: "other").isEmpty)
  }

  @Test("the last lines of a task's log are found in a long one")
  func log() throws {
    let scratch = try Scratch()
    let fake = FakeSlurm()
    try submit(works(1), to: fake, in: scratch.path)
    let sent = try #require(try ClusterView(results: scratch.path, slurm: Slurm(fake)).sent["a"])
    #expect(sent.lastLines() == [])
    let text = (1...5000).map { "line \($0)\n" }.joined()
    try text.write(toFile: sent.log, atomically: true, encoding: .utf8)
    #expect(sent.lastLines(2) == ["line 4999", "line 5000"])
  }
}
