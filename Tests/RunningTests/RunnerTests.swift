import Configuration
import Records
import Store
import Suites
import Synchronization
import TestSupport
import Testing
import Training

@testable import Running

@Suite("A run trains missing cells, and nothing else")
struct RunnerTests {
  @Test("cells are trained seed by seed, in the suite's order; a second run trains nothing")
  func repeats() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let first = try run([grid()], in: scratch, trainer)
    #expect(trainer.jobs == ["sgd 1", "sam 1", "vsam 1", "sgd 2", "sam 2", "vsam 2"])
    #expect(first.trained == 6 && first.count(of: "finished") == 6)
    let second = try run([grid()], in: scratch, trainer)
    #expect(trainer.count == 6)
    #expect(second.trained == 0 && second.count(of: "finished") == 6)
  }

  @Test("one changed parameter retrains only its cells")
  func edit() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    try run([grid()], in: scratch, trainer)
    try run([grid(suiteText.replacing("label: SAM}", with: "label: SAM, rho: 0.07}"))], in: scratch, trainer)
    #expect(trainer.jobs.dropFirst(6) == ["sam 1", "sam 2"])
  }

  @Test("a changed label retrains nothing")
  func relabel() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    try run([grid()], in: scratch, trainer)
    try run([grid(suiteText.replacing("label: SAM}", with: "label: Sharp}"))], in: scratch, trainer)
    #expect(trainer.count == 6)
  }

  @Test("a cell that two suites share runs once, for the first of them")
  func sharing() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let other = suiteText.replacing("{name: sgd, label: SGD}, ", with: "").replacing("[1, 2]", with: "[1, 3]")
    let report = try run([grid(named: "one"), grid(other, named: "two")], in: scratch, trainer)
    #expect(trainer.jobs.dropFirst(6) == ["sam 3", "vsam 3"])
    #expect(report.cells.map { $0.item.suites }.filter { $0.count == 2 } == [["one", "two"], ["one", "two"]])
  }

  @Test("a cell that one of two suites probes is probed, and is the same cell")
  func probes() throws {
    let scratch = try Scratch()
    let probed = suiteText + "\nprobes: {every: 3, rho: 0.1}"
    let trainer = CountingTrainer { job in
      #expect(job.probes == ProbeSchedule(every: 3, radius: 0.1))
      return .finish
    }
    let report = try run([grid(named: "one"), grid(probed, named: "two")], in: scratch, trainer)
    #expect(trainer.count == 6 && report.cells.count == 6)
    // The substitute records no probes.
    let store = RunStore(folder: scratch.path)
    func plan(_ text: String) throws -> RunPlan {
      try RunPlan([grid(text)], datasets: DatasetCache(folder: nil), store: store)
    }
    #expect(try plan(probed).unprobed(in: store) == 6 && plan(suiteText).unprobed(in: store) == 0)
  }

  @Test("compared cells are trained one after another, even from different suites")
  func neighbours() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let one = suiteText.replacing(", {name: vsam, label: vSAM}", with: "")
    let two = suiteText.replacing("{name: sgd, label: SGD}, ", with: "")
    try run([grid(one, named: "one"), grid(two, named: "two")], in: scratch, trainer)
    #expect(trainer.jobs == ["sgd 1", "sam 1", "vsam 1", "sgd 2", "sam 2", "vsam 2"])
  }

  @Test("a failing and a diverging cell are recorded, and the others are trained")
  func isolation() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer { job in
      job.method.name == "sgd" && job.seed == 1 ? .fail : job.method.name == "sam" && job.seed == 2 ? .diverge : .finish
    }
    let report = try run([grid()], in: scratch, trainer)
    #expect(trainer.count == 6)
    #expect(report.cells[0].ending == .ended(.failed(reason: "requested to fail")))
    #expect(report.cells[4].ending == .ended(.diverged(iteration: 1)))
    #expect(report.count(of: "finished") == 4)
    let store = RunStore(folder: scratch.path)
    #expect(try store.status(of: report.cells[0].item.id) == .stored(.failed(reason: "requested to fail")))
    #expect(try store.status(of: report.cells[4].item.id) == .stored(.diverged(iteration: 1)))

    // The failed cell is tried again, because the cause may be gone; the diverged one would diverge again.
    let healed = CountingTrainer()
    try run([grid()], in: scratch, healed)
    #expect(healed.jobs == ["sgd 1"])
  }

  @Test("--fail-fast stops at the first cell that fails, --force trains again")
  func options() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer { $0.method.name == "sam" ? .fail : .finish }
    let report = try run([grid()], in: scratch, trainer, options: .init(failFast: true))
    #expect(trainer.jobs == ["sgd 1", "sam 1"])
    #expect(report.count(of: "missing") == 4)
    let forced = CountingTrainer()
    try run([grid()], in: scratch, forced, options: .init(force: true))
    #expect(forced.count == 6)
  }

  @Test("a selection trains only the selected cells")
  func selection() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    try run([grid()], in: scratch, trainer, selection: Selection("method=vsam|SGD,seed=2"))
    #expect(trainer.jobs == ["sgd 2", "vsam 2"])
  }

  @Test("a stop leaves no result of the interrupted cell, and the next run resumes it")
  func stop() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let asked = Atomic<Int>(0)
    // Checked before each cell and after each of its four steps: the ninth check is in the middle of the second cell.
    let report = try run([grid()], in: scratch, trainer) { asked.add(1, ordering: .relaxed).newValue >= 9 }
    #expect(trainer.count == 2)
    #expect(report.isInterrupted)
    #expect(report.cells.map(\.ending.word) == ["finished", "stopped", "missing", "missing", "missing", "missing"])
    #expect(try RunStore(folder: scratch.path).ids() == [report.cells[0].item.id])
    try run([grid()], in: scratch, trainer)
    #expect(trainer.count == 2 + 5)
  }

  @Test("a run does not resume from a checkpoint of another processor or BLAS; --fresh restarts the cell")
  func otherMachine() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let one = Selection.all
    let there = ReproducibilityKey(["processor": "A", "BLAS core": "Haswell"])
    let here = ReproducibilityKey(["processor": "A", "BLAS core": "Zen"])
    let asked = Atomic<Int>(0)
    let stopped = try run([grid()], in: scratch, trainer, selection: one, reproducibility: there) {
      asked.add(1, ordering: .relaxed).newValue >= 3
    }
    #expect(stopped.cells[0].ending == .stopped)
    let refused = try run([grid()], in: scratch, trainer, reproducibility: here)
    #expect(
      refused.cells[0].ending
        == .refused(
          reason:
            "its checkpoint (\(scratch.path)/work/\(refused.cells[0].item.id), iteration 2) was written under "
            + "different conditions, and resuming would change the result: BLAS core 'Haswell' there, 'Zen' here. "
            + "Resume it where it started, or restart it with --fresh"))
    #expect(refused.cells[0].ending.isBad && refused.count(of: "finished") == 5)
    let fresh = try run([grid()], in: scratch, trainer, options: .init(fresh: true), reproducibility: here)
    #expect(fresh.count(of: "finished") == 6)
  }

  @Test("the time of a resumed cell is valid only on equal machines with equal thread counts")
  func timing() throws {
    func note(_ threads: Int) throws -> Timing {
      let scratch = try Scratch()
      let trainer = CountingTrainer()
      let asked = Atomic<Int>(0)
      try run([grid()], in: scratch, trainer, options: .init(threads: 2)) {
        asked.add(1, ordering: .relaxed).newValue >= 3
      }
      return try #require(try run([grid()], in: scratch, trainer, options: .init(threads: threads)).cells[0].result)
        .timing
    }
    #expect(try note(2).isValid)
    let other = try note(1)
    #expect(!other.isValid && other.note == "resumed with another thread count: 2, then 1")
  }

  @Test("interleaved cells are each trained once")
  func turns() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let report = try run([grid()], in: scratch, trainer, options: .init(turns: 4))
    #expect(trainer.jobs.sorted() == ["sam 1", "sam 2", "sgd 1", "sgd 2", "vsam 1", "vsam 2"])
    #expect(report.trained == 6 && report.cells.allSatisfy { $0.ending == .ended(.finished) })
  }

  @Test("concurrent jobs train every cell once")
  func jobs() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let report = try run([grid()], in: scratch, trainer, options: .init(jobs: 3))
    #expect(trainer.jobs.sorted() == ["sam 1", "sam 2", "sgd 1", "sgd 2", "vsam 1", "vsam 2"])
    #expect(report.count(of: "finished") == 6)
  }

  @Test("the record contains the cell, its data and its result")
  func record() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let report = try run([grid()], in: scratch, trainer)
    let item = report.cells[2].item
    let record = try RunStore(folder: scratch.path).record(of: item.id)
    #expect(record.cellID == item.id)
    #expect(record.alias == "test: ResNet-18, CIFAR-10, vSAM, seed 1")
    #expect(record.profile == "small" && !record.isEvidence)
    #expect(record.configJSON == item.cell.canonicalJSON(fingerprint: item.dataset.fingerprint))
    #expect(record.sourcesJSON.contains(#""method.window":"paper 4.1"#))
    #expect(record.data.kind == .generated && record.data.trainingCount == 20 && record.data.testCount == 10)
    #expect(record.traces.map(\.name) == ["loss", "sampled"] && record.windows.map(\.name) == ["p"])
    #expect(record.traces[0].values.count == 4 && record.epochs[0].values.count == 2)
    #expect(record.result.testAccuracyLast == 75 && record.result.bestEpoch == 1)
    #expect(record.result.samplingNumber == 4)
    #expect(record.result.images == 40 && record.result.timing.imagesPerSecond == 80)
    #expect(record.predictions.count == 10 && record.testLabels.count == 10)
    #expect(record.provenance.map(\.key) == ["program"])
  }

  @Test("the number of interleaved cells is the size of the largest compared group, or that set by the profile")
  func interleaved() throws {
    func count(_ keys: String) throws -> Int {
      let text = suiteText.replacing("{evidence: false", with: "{evidence: false, \(keys)")
      let scratch = try Scratch()
      return try RunPlan([grid(text)], datasets: DatasetCache(folder: nil), store: RunStore(folder: scratch.path))
        .interleaved
    }
    #expect(try count("interleave: true") == 3)
    #expect(try count("interleave: false") == 1)
    #expect(try count("turns: 2") == 2)
  }
}
