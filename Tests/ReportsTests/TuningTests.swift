import Records
import Suites
import Testing

@testable import Reports

@Suite("Ranking of candidates") struct TuningTests {
  private enum Ending: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    case accuracy(Double)
    case diverged
    case missing

    init(floatLiteral value: Double) { self = .accuracy(value) }
    init(integerLiteral value: Int) { self = .accuracy(Double(value)) }
  }

  private static let suite = """
    title: A small table
    axes:
      datasets: [{name: cifar10, label: CIFAR-10}]
      models: [{name: resnet, label: ResNet-18}]
      methods: [{name: sgd, label: SGD}]
      seeds: [1]
    profiles: {quick: {evidence: false}}
    """

  /// - Parameters:
  ///   - endings: for each candidate its runs by seed.
  ///   - gradients: of each run of a candidate.
  private func tuning(_ method: String, _ endings: [[Ending]], gradients: [Int]? = nil) throws -> Tuning {
    let overlays = [try Overlay(method: method), try Overlay(seeds: "1..\(endings[0].count)")]
    let grid = try Suite(yaml: TuningTests.suite, file: "suites/small.yaml", overlays: overlays)
      .grid(profile: "quick", vocabulary: vocabulary)
    let entries = grid.entries.filter { entry in overlays[0].rows.contains { $0.label == entry.method.label } }
    #expect(entries.count == endings.count)
    return Tuning(method, entries, of: "small") { cell in
      guard let row = entries.firstIndex(where: { $0.cells.contains(cell) }),
        let column = entries[row].cells.firstIndex(of: cell)
      else { return nil }
      var result = RunResult()
      result.gradientEvaluations = gradients?[row] ?? 100
      result.timing.trainingSeconds = 2
      switch endings[row][column] {
      case .accuracy(let accuracy): (result.status, result.testAccuracyLast) = (.finished, accuracy)
      case .diverged: result.status = .diverged(iteration: 7)
      case .missing: return nil
      }
      return result
    }
  }

  @Test("the highest mean is chosen, with its lead paired by seed")
  func ranking() throws {
    let tuning = try tuning("vsam,window=10|20|30", [[50, 51, 52], [60, 61.5, 62], [58, 59, 60]])
    #expect(tuning.candidates.map(\.label) == ["vsam window 20", "vsam window 30", "vsam window 10"])
    #expect(tuning.best?.label == "vsam window 20" && tuning.candidates[2].mean == 51)
    #expect(tuning.candidates[2].deviation == 1 && tuning.candidates[2].finished == 3)
    #expect(tuning.candidates.map(\.gradients) == [300, 300, 300] && tuning.candidates[0].seconds == 6)
    let lead = try #require(tuning.lead)
    // Differences 2, 2.5, 2: 2.167 with standard error 1/6, times 4.303 of Student's t with two degrees of freedom.
    #expect(abs(lead.points - 13.0 / 6) < 1e-12 && abs((lead.low ?? 0) - (13.0 - 4.3027) / 6) < 1e-4)
    #expect(!lead.isNoise && tuning.warnings.isEmpty)
  }

  @Test("a best value at the edge of its range is a warning, but not at a bound of the setting")
  func edges() throws {
    let largest = try tuning("vsam,window=10|20|30", [[50, 51], [55, 56], [60, 61]])
    #expect(
      largest.warnings == [
        "Edge: window = 30 is the largest value tried. A better one may lie beyond it; try larger values."
      ])
    let smallest = try tuning("sam,period=2|5", [[60, 61], [50, 51]])
    #expect(smallest.warnings.count == 1 && smallest.warnings[0].hasPrefix("Edge: period = 2 is the smallest value"))
    // No period is below 1.
    #expect(try tuning("sam,period=1|5", [[60, 61], [50, 51]]).warnings.isEmpty)
    #expect(
      try tuning("vsam,window=10|20,start=5|6", [[50, 51], [60, 61], [50, 51], [50, 51]]).warnings.count == 2)
  }

  @Test("a lead that may be chance is a warning, and so is one with a single seed")
  func ties() throws {
    let tied = try tuning("vsam,window=10|20|30", [[50, 51], [60, 61], [61, 59.5]])
    #expect(tied.best?.label == "vsam window 20" && tied.warnings.count == 1)
    let lead = "Noise: 'vsam window 20' leads 'vsam window 30' by +0.25 points [−15.63, +16.13], paired over 2 seeds."
    #expect(tied.warnings[0].hasPrefix(lead))
    let equal = try tuning("vsam,window=10|20|30", [[50, 51], [60, 61], [60, 61]], gradients: [100, 300, 200])
    #expect(equal.best?.label == "vsam window 30" && equal.lead?.isNoise == true)
    let single = try tuning("vsam,window=10|20|30", [[50], [60], [50]])
    #expect(single.best?.label == "vsam window 20" && single.lead?.low == nil)
    #expect(single.warnings.count == 1 && single.warnings[0].contains("with one seed"))
  }

  @Test("a candidate that diverged with a seed is not chosen")
  func diverged() throws {
    let tuning = try tuning("vsam,window=10|20|30", [[50, 51], [90, .diverged], [.diverged, .diverged]])
    #expect(tuning.candidates.map(\.label) == ["vsam window 10", "vsam window 20", "vsam window 30"])
    #expect(tuning.best?.label == "vsam window 10" && tuning.lead == nil)
    #expect(tuning.candidates[1].mean == 90 && tuning.candidates[2].mean == nil)
    let text = Page(tuning.blocks).plainText
    #expect(text.contains("seed 2: diverged at iteration 7") && text.contains("1/2") && text.contains("no result"))
    let none = try self.tuning("vsam,window=10|20", [[.diverged], [.diverged]])
    #expect(none.best == nil && none.warnings == ["No candidate finished with every seed, so nothing is chosen."])
  }

  @Test("nothing is chosen while runs are missing")
  func missing() throws {
    let tuning = try tuning("vsam,window=10|20", [[50, 51], [60, .missing]])
    #expect(tuning.isMissingRuns && tuning.best == nil && tuning.lead == nil)
    #expect(tuning.warnings == ["Runs are missing, so nothing is chosen."])
    #expect(!Page(tuning.blocks).plainText.contains("chosen\n"))
  }

  @Test("the table has a row for each candidate and marks the choice")
  func table() throws {
    let text = Page(try tuning("vsam,window=10|20|30", [[50, 51], [60, 61], [50, 51]]).blocks).plainText
    #expect(text.hasPrefix("small: ResNet-18, CIFAR-10, vsam,window=10|20|30\n"))
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("vsam window") }.map { $0.split(separator: " ") }
    #expect(rows.map { $0[2] } == ["20", "10", "30"] && rows.map { $0.last } == ["chosen", "4.0", "4.0"])
    #expect(rows[0].joined(separator: " ") == "vsam window 20 60.50 ± 0.71 2 200 4.0 chosen")
  }
}
