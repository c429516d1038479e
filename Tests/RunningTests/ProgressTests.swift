import Suites
import Synchronization
import Testing

@testable import Running

@Suite("Progress in a log is plain lines")
struct ProgressTests {
  @Test("the beginning, and one line for each cell with its count")
  func lines() throws {
    let scratch = try Scratch(), text = Mutex("")
    let lines = ProgressLines(isTerminal: false, jobs: 1, estimate: Estimate()) { more in
      text.withLock { $0 += more }
    }
    let trainer = CountingTrainer { $0.method.name == "sam" ? .diverge : .finish }
    try run([grid(suiteText.replacing("[1, 2]", with: "[1]"))], in: scratch, trainer, observer: lines)
    #expect(
      text.withLock { $0 } == """
        small: 3 cells, 0 there already, 3 to train
        test: ResNet-18, CIFAR-10, SGD, seed 1: finished, 0 s, 80 images/s [1/3]
        test: ResNet-18, CIFAR-10, SAM, seed 1: diverged at iteration 1, 0 s, 20 images/s [2/3]
        test: ResNet-18, CIFAR-10, vSAM, seed 1: finished, 0 s, 80 images/s [3/3]

        """)
  }

  @Test(
    "durations as a person says them",
    arguments: [
      (0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5399, "1 h 30 min"), (8000, "2 h 13 min"), (200_000, "2 d 7 h"),
    ])
  func durations(_ seconds: Double, _ text: String) { #expect(spoken(seconds: seconds) == text) }

  @Test("an estimate scales with images and with the gradients a method needs")
  func estimate() throws {
    let scratch = try Scratch(), trainer = CountingTrainer()
    let report = try run([grid()], in: scratch, trainer)
    var estimate = Estimate()
    let (sgd, sam) = (report.cells[0].item, report.cells[1].item)
    #expect(estimate.seconds(for: sgd) == nil)
    estimate.add(sgd.cell, images: 40, costPerIteration: 1, seconds: 10)
    #expect(estimate.seconds(for: sgd) == 10)
    #expect(estimate.seconds(for: sam) == 20)
    #expect(estimate.seconds(for: [sgd, sam]) == 30)
  }
}
