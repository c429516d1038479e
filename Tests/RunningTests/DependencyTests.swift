import Store
import Suites
import Synchronization
import TestSupport
import Testing
import Training

@testable import Running

/// Three quantized rows that start from one in floating point.
private let text = suiteText.replacing(
  "methods: [{name: sgd, label: SGD}, {name: sam, label: SAM}, {name: vsam, label: vSAM}]",
  with: """
    methods:
        - {name: sam, label: Q-SAM, starts_from: plain, quantization: {scheme: lsq}}
        - {name: sgd, label: Q-SGD, starts_from: plain, quantization: {scheme: lsq, weights: 3}}
        - {name: sgd, label: plain}
    """)

@Suite("Cells that start from other cells")
struct DependencyTests {
  @Test("wait for them in any order and get their weights; one run serves all")
  func order() throws {
    let scratch = try Scratch()
    let starts = Mutex<[String: Int]>([:])
    let trainer = CountingTrainer { job in
      starts.withLock { $0["\(job.method.name) \(job.start?.parameters.first?.values ?? [])", default: 0] += 1 }
      return .finish
    }
    let report = try run([grid(text)], in: scratch, trainer)
    #expect(trainer.jobs == ["sgd 1", "sam 1", "sgd 1", "sgd 2", "sam 2", "sgd 2"])
    #expect(report.count(of: "finished") == 6)
    #expect(starts.withLock { $0 } == ["sgd []": 2, "sgd [1.0, 2.0]": 2, "sam [1.0, 2.0]": 2])
  }

  @Test("run concurrently: no cell starts early, and none waits forever", arguments: [2, 3, 8])
  func turns(_ turns: Int) throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let report = try run(
      [grid(text)], in: scratch, trainer, options: .init(jobs: min(turns, 2), turns: turns))
    #expect(report.count(of: "finished") == 6)
  }

  @Test("are not trained if the start was not selected and never ran, and the reason names it")
  func missing() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let report = try run([grid(text)], in: scratch, trainer, selection: Selection("method=Q-SAM,seed=1"))
    #expect(trainer.count == 0)
    let outcome = try #require(report.cells.first?.ending)
    #expect(outcome.isBad && outcome.word == "blocked")
    guard case .blocked(let reason) = outcome else { return }
    #expect(reason.contains("'ResNet-18, CIFAR-10, plain, seed 1'"), "\(reason)")
    // Nothing is written, so the cell is still missing, and runs once its start exists.
    #expect(try RunStore(folder: scratch.path).ids().isEmpty)
    try run([grid(text)], in: scratch, trainer, selection: Selection("method=plain"))
    try run([grid(text)], in: scratch, trainer, selection: Selection("method=Q-SAM,seed=1"))
    #expect(trainer.jobs == ["sgd 1", "sgd 2", "sam 1"])
  }

  @Test("are not trained if the start fails")
  func failing() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer { $0.start == nil && $0.seed == 2 ? .fail : .finish }
    let report = try run([grid(text)], in: scratch, trainer)
    #expect(report.count(of: "blocked") == 2 && report.count(of: "failed") == 1 && report.count(of: "finished") == 3)
  }

  @Test("include the dependency in their identity and in the plan")
  func identity() throws {
    let scratch = try Scratch()
    let runPlan = try RunPlan(
      [grid(text)], datasets: DatasetCache(folder: nil), store: RunStore(folder: scratch.path))
    let plain = runPlan.items.filter { $0.cell.method.label == "plain" }
    for item in runPlan.items where item.cell.start != nil {
      #expect(item.dependencies.map(\.id) == plain.filter { $0.cell.seed == item.cell.seed }.map(\.id))
      #expect(item.id.contains("-lsq-s"))
    }
    #expect(plain.allSatisfy { $0.dependencies.isEmpty })
    // A different start gives a different cell.
    let other = try RunPlan(
      [grid(text.replacing("label: plain}", with: "label: plain}").replacing("width: 4", with: "width: 5"))],
      datasets: DatasetCache(folder: nil), store: RunStore(folder: scratch.path))
    #expect(Set(runPlan.items.map(\.id)).isDisjoint(with: other.items.map(\.id)))
  }
}
