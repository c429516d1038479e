import Foundation
import Suites
import TestSupport
import Testing

@testable import Cluster

@Suite("Job arrays")
struct JobArrayTests {
  private func spelled(_ arrays: [JobArray]) -> [String] {
    arrays.map { array in
      let after =
        switch array.after {
        case nil: ""
        case .array(let name): " after array \(name)"
        case .job(let id): " after job \(id)"
        }
      return "\(array.name): \(array.tasks.map { "\($0.index)=\($0.work.id)" }.joined(separator: " "))\(after)"
    }
  }

  @Test("cells with the same resources share an array, in their order")
  func groups() throws {
    let arrays = JobArray.arrays(try works(5, cpus: { $0 == 1 || $0 == 3 ? 8 : 2 }), limit: 1001)
    #expect(spelled(arrays) == ["1: 0=a 1=c 2=e", "2: 0=b 1=d"])
    #expect(arrays.map(\.resources.cpus) == [2, 8])
  }

  @Test("no index reaches the cluster's limit")
  func limit() throws {
    #expect(spelled(JobArray.arrays(try works(5), limit: 2)) == ["1: 0=a 1=b", "2: 0=c 1=d", "3: 0=e"])
  }

  @Test("a cell waits for the task of the cell it starts from; a second cell that starts there is in another array")
  func dependencies() throws {
    // d and e start from b, f from a, c from d.
    let arrays = JobArray.arrays(try works(6, after: [3: "b", 4: "b", 5: "a", 2: "d"]), limit: 1001)
    #expect(
      spelled(arrays) == [
        "1: 0=a 1=b", "2: 1=d 0=f after array 1", "3: 1=e after array 1", "4: 1=c after array 2",
      ])
  }

  @Test("a cell waits for one that was submitted earlier, and not for one that is finished")
  func earlier() throws {
    let arrays = JobArray.arrays(
      try works(3, after: [0: "x", 1: "y"]), queued: ["x": TaskName(job: "77", index: 5)], limit: 1001)
    #expect(spelled(arrays) == ["1: 0=b 1=c", "2: 5=a after job 77"])
  }

  @Test("indices are written in the shortest form", arguments: [([3, 1, 2, 7], "1-3,7"), ([0], "0"), ([5, 5], "5")])
  func shortest(_ indices: [Int], _ text: String) { #expect(ranges(of: indices) == text) }

  @Test("the script of an array is exactly as expected")
  func script() throws {
    var work = try works(3, cpus: { _ in 16 })
    work[1] = Work(
      id: "b", suite: "other", cell: work[1].cell, resources: work[0].resources, after: nil)
    let array = try #require(JobArray.arrays(work, limit: 1001).first)
    let script = array.script(
      profile: "paper", program: "/opt/sam bench/sambench", folder: "/home/me/results/paper/cluster/001",
      SubmitOptions(partition: "long", account: "lab", constraint: "zen4", maxParallel: 20))
    #expect(
      script == #"""
        #!/bin/bash
        # 3 cells of test, other: ResNet-18; SGD, SAM. Each task of the array trains one cell of plan.jsonl.
        #SBATCH --job-name=sambench-paper-1
        #SBATCH --array=0-2%20
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=16
        #SBATCH --mem=1024M
        #SBATCH --time=01:00:00
        #SBATCH --partition=long
        #SBATCH --account=lab
        #SBATCH --constraint=zen4
        #SBATCH --output=/home/me/results/paper/cluster/001/log/%A_%a.out
        #SBATCH --open-mode=append
        #SBATCH --signal=B:USR1@300
        #SBATCH --requeue

        # Before the time limit, Slurm sends USR1: the task writes a checkpoint and requeues itself. A task that is
        # preempted or loses its node resumes from its last checkpoint.
        exec '/opt/sam bench/sambench' job /home/me/results/paper/cluster/001/plan.jsonl 1 "$SLURM_ARRAY_TASK_ID"

        """#)
  }

  @Test("a time is written as Slurm reads it", arguments: [(1, "00:01:00"), (90, "01:30:00"), (3000, "2-02:00:00")])
  func time(_ minutes: Int, _ text: String) { #expect(JobArray.spelled(minutes: minutes) == text) }

  /// The directives and commands of a script; nil if a line is neither of them nor a comment.
  private func parsed(_ script: String) -> (directives: [Substring], commands: [Substring])? {
    var directives: [Substring] = []
    var commands: [Substring] = []
    for line in script.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("#SBATCH ") {
        guard commands.isEmpty else { return nil }
        directives.append(line.dropFirst("#SBATCH ".count))
      } else if line.hasPrefix("exec ") {
        commands.append(line)
      } else if !line.hasPrefix("# ") && line != "#!/bin/bash" {
        return nil
      }
    }
    return (directives, commands)
  }

  @Test("no label, name, folder or option adds a line or a directive to a script", arguments: HostileTexts.all)
  func hostile(_ text: String) throws {
    let cell = try works(1)[0].cell
    func named(_ part: Component) -> Component {
      Component(name: part.name, label: text, settings: part.settings, revision: part.revision)
    }
    let renamed = Cell(
      dataset: named(cell.dataset), model: named(cell.model), method: named(cell.method), recipe: cell.recipe, seed: 1)
    let work = Work(id: text, suite: text, cell: renamed, resources: .standard)
    let array = try #require(JobArray.arrays([work], limit: 10).first)
    let script = array.script(
      profile: text, program: "/opt/\(text)/sambench", folder: "/home/\(text)/001",
      SubmitOptions(partition: text, account: text, constraint: text, maxParallel: 2))
    let lines = try #require(parsed(script), "\(script)")
    #expect(
      lines.directives.map { $0.prefix { $0 != "=" } } == [
        "--job-name", "--array", "--ntasks", "--cpus-per-task", "--mem", "--time", "--partition", "--account",
        "--constraint", "--output", "--open-mode", "--signal", "--requeue",
      ])
    #expect(lines.commands.count == 1)
  }

  @Test("a shell accepts every script") func syntax() throws {
    let scratch = try Scratch()
    for (index, text) in HostileTexts.all.enumerated() {
      let array = try #require(JobArray.arrays(try works(1), limit: 10).first)
      try scratch.write(
        array.script(profile: text, program: text, folder: text, SubmitOptions(account: text)), to: "\(index).sh")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "for script in *.sh; do sh -n \"$script\" || exit 1; done"]
    process.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
