import Configuration
import Store
import Suites
import Synchronization
import TestSupport
import Testing

@testable import Running

@Suite("Progress in a log and on a terminal")
struct ProgressTests {
  @Test("a log has a heading and one line for each cell, with a count")
  func lines() throws {
    let scratch = try Scratch()
    let text = Mutex("")
    let lines = ProgressLines(isTerminal: false, jobs: 1, estimate: Estimate()) { more in
      text.withLock { $0 += more }
    }
    let trainer = CountingTrainer { $0.method.name == "sam" ? .diverge : .finish }
    try run([grid(suiteText.replacing("[1, 2]", with: "[1]"))], in: scratch, trainer, observer: lines)
    #expect(
      text.withLock { $0 } == """
        small profile on CIFAR-10, generated (20 training and 10 test images): 3 cells, none finished yet, 3 to train
        test: ResNet-18, CIFAR-10, SGD, seed 1: finished, 0 s, 80 images/s [1/3]
        test: ResNet-18, CIFAR-10, SAM, seed 1: diverged at iteration 1, 0 s, 20 images/s [2/3]
        test: ResNet-18, CIFAR-10, vSAM, seed 1: finished, 0 s, 80 images/s [3/3]

        """)
  }

  /// The lines that a terminal of a given size shows after output with cursor movements.
  private struct Screen {
    let size: Terminal.Size
    var lines: [String] = [""]
    var row = 0

    mutating func write(_ text: String) {
      var rest = text[...]
      while let character = rest.first {
        if let up = rest.prefixMatch(of: /\u{1B}\[([0-9]+)A/) {
          // The cursor stops at the top of the screen.
          row = max(0, lines.count - size.rows, row - Int(up.1)!)
          rest = rest[up.range.upperBound...]
        } else if let clear = rest.prefixMatch(of: /\u{1B}\[J/) {
          lines.removeSubrange((row + 1)...)
          lines[row] = ""
          rest = rest[clear.range.upperBound...]
        } else {
          if character == "\n" {
            row += 1
            if row == lines.count { lines.append("") }
          } else if character != "\r" {
            lines[row].append(character)
          }
          rest.removeFirst()
        }
      }
    }
  }

  @Test(
    "on a terminal of any size, live lines fit and are replaced",
    arguments: [(80, 24), (40, 24), (24, 10), (18, 3), (1, 2), (200, 4)])
  func live(_ columns: Int, _ rows: Int) throws {
    let scratch = try Scratch()
    let size = Terminal.Size(columns: columns, rows: rows)
    let screen = Mutex(Screen(size: size))
    let widest = Mutex(0)
    let write: @Sendable (String) -> Void = { text in
      screen.withLock { $0.write(text) }
      // Permanent lines may wrap; lines that are replaced must not.
      for line in text.split(separator: "\n") where line.contains(" done") || line.hasPrefix("starting") {
        widest.withLock { $0 = max($0, String(line).columns) }
      }
    }
    let lines = ProgressLines(isTerminal: true, jobs: 1, estimate: Estimate(), write: write, size: { size })
    let text = suiteText.replacing("label: SGD", with: "label: 日本語の長い名前の方法その一つ目")
    try run([grid(text)], in: scratch, CountingTrainer(), observer: lines)
    #expect(widest.withLock { $0 } < max(2, columns))
    // Only the permanent lines are left: the heading, and one for each cell.
    let left = screen.withLock { $0.lines.filter { !$0.isEmpty } }
    #expect(left.count == 7 && left.dropFirst().allSatisfy { $0.contains("finished") }, "\(left)")
  }

  @Test("a terminal of unknown type or without cursor movement gets plain lines")
  func dumb() {
    for kind in ["dumb", "unknown", ""] { #expect(!Terminal.canMoveCursor(environment: ["TERM": kind])) }
    #expect(!Terminal.canMoveCursor(environment: [:]))
  }

  @Test("counts have the right singular and plural")
  func counts() { #expect([0, 1, 2].map { counted($0, "cell") } == ["0 cells", "1 cell", "2 cells"]) }

  @Test("an implausible duration is unknown", arguments: [-1, .nan, .infinity, 1e300, 1e19])
  func noTime(_ seconds: Double) { #expect(spoken(seconds: seconds) == "unknown") }

  @Test(
    "durations are readable",
    arguments: [
      (0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5399, "1 h 30 min"), (8000, "2 h 13 min"), (200_000, "2 d 7 h"),
    ])
  func durations(_ seconds: Double, _ text: String) { #expect(spoken(seconds: seconds) == text) }

  @Test("an estimate scales with the images and with the gradients that a method needs")
  func estimate() throws {
    let scratch = try Scratch()
    let trainer = CountingTrainer()
    let report = try run([grid()], in: scratch, trainer)
    var estimate = Estimate()
    let (sgd, sam) = (report.cells[0].item, report.cells[1].item)
    #expect(estimate.seconds(for: sgd) == nil)
    estimate.add(sgd.cell, images: 40, costPerIteration: 1, seconds: 10)
    #expect(estimate.seconds(for: sgd) == 10)
    #expect(estimate.seconds(for: sam) == 20)
    #expect(estimate.seconds(for: [sgd, sam]) == 30)
  }

  @Test("a model that was not measured takes as long per multiply-add as one that was")
  func unmeasured() throws {
    let scratch = try Scratch()
    let text = suiteText.replacing(
      "depth: 10, width: 4}", with: "depth: 10, width: 4}, {name: resnet, label: Wide, depth: 10, width: 8}")
    let store = RunStore(folder: scratch.path)
    let runPlan = try RunPlan([grid(text)], selection: .all, datasets: DatasetCache(folder: nil), store: store)
    let wide = runPlan.items.filter { $0.cell.model.label == "Wide" && $0.cell.method.name == "sgd" }
    let narrow = try #require(runPlan.items.first { $0.cell.model.label != "Wide" && $0.cell.method.name == "sgd" })
    var estimate = Estimate(runPlan, store: store, threads: 1)
    estimate.add(narrow.cell, images: 40, costPerIteration: 1, seconds: 10)
    // Counted by hand: 27,728 w + 61,440 w^2 at width w.
    let seconds = try #require(estimate.seconds(for: wide)) / Double(wide.count)
    #expect(abs(seconds - 10 * 4_153_984 / 1_093_952) < 1e-9, "\(seconds)")
  }
}
