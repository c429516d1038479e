import Paper
import Records
import Store
import Testing

@testable import Reports

@Suite("Figures") struct FigureTests {
  @Test(
    "gnuplot scripts equal the golden files",
    arguments: ["table3-costs", "table3-curves", "table3-figure2", "table3-rates"])
  func scripts(_ name: String) throws {
    let grid = try grid()
    let report = Report(
      [grid], from: Results(try grid.sampleResults()), reading: sampleTraces, paper: VSAMPaper(behind: [grid]))
    let figure = try #require(report.figures.first { $0.name == name })
    try Golden.expect(figure.script, is: "\(name).gp")
  }

  @Test("without gnuplot the page names what is missing and the scripts") func missing() throws {
    let grid = try grid()
    var report = Report(
      [grid], from: Results(try grid.sampleResults()), reading: sampleTraces, paper: VSAMPaper(behind: [grid]))
    report.drawing = .missing("gnuplot is not installed.")
    #expect(report.markdown.contains("gnuplot is not installed."))
    #expect(report.markdown.contains("`figures/table3-figure2.gp`"))
    #expect(!report.markdown.contains("!["))
    report.drawing = .drawn
    #expect(
      report.markdown.contains(
        "![Figure 2: norms of the SGD gradient and of PSF, CIFAR-10](figures/table3-figure2.svg)"))
  }

  @Test("Long traces become bins with mean, lowest and highest; values that are not finite are left out") func bins() {
    let bins = [1, 3, .nan, 5, .nan, .nan, 7].binned(into: 3)
    #expect(
      bins == [
        Bin(centre: 2, mean: 2, low: 1, high: 3), Bin(centre: 5, mean: 5, low: 5, high: 5),
        Bin(centre: 7, mean: 7, low: 7, high: 7),
      ])
    #expect([Float]([2, 4]).binned(into: 100).map(\.centre) == [1, 2])
  }
}

@Suite("A cell in the terminal") struct InspectionTests {
  static let record = {
    var record = RunRecord()
    (record.cellID, record.alias) = ("cifar10-resnet-vsam-s1-0", "ResNet-18, CIFAR-10, vSAM, seed 1")
    (record.suite, record.profile) = ("table3", "quick")
    record.configJSON = #"{"method":{"name":"vsam","revision":1,"settings":{"reuse":true,"window":50}},"seed":1}"#
    record.sourcesJSON = #"{"method.window":"paper 4.1"}"#
    (record.data.name, record.data.kind, record.data.fingerprint) = ("cifar10", .subset, "00ff")
    (record.data.trainingCount, record.data.testCount, record.data.classes) = (64, 2, 10)
    record.traces = [
      Series("loss", unit: "nat", longName: "training loss", values: [4, 3, 2, 1]),
      Series("l2_psf", unit: "1", longName: "norm of PSF", values: [0.5, .nan, 1, .nan]),
    ]
    record.epochs = [Series("test_accuracy", unit: "percent", longName: "accuracy", values: [50])]
    record.result.status = .finished
    (record.result.testAccuracyLast, record.result.testAccuracyBest, record.result.bestEpoch) = (50, 50, 1)
    (record.result.iterations, record.result.images, record.result.gradientEvaluations) = (4, 64, 6)
    (record.result.samplingNumber, record.result.samplingNumberAdaptive) = (2, 1)
    (record.result.forwardExamples, record.result.backwardExamples) = (96, 96)
    record.result.costPerIteration = 1.5
    (record.result.timing.trainingSeconds, record.result.timing.imagesPerSecond) = (2, 32)
    record.result.timing.machine = "Example CPU"
    (record.predictions, record.testLabels) = ([0, 1], [0, 2])
    record.parameters = [NamedTensor(name: "fc.weight", shape: [1, 2], values: [3, 4])]
    record.buffers = [NamedTensor(name: "bn1.running_mean", shape: [1], values: [2])]
    record.provenance = [ProvenanceEntry("program", "sambench")]
    return record
  }()

  private var record: RunRecord { InspectionTests.record }

  @Test("recipe, result, traces with sparklines, norms and provenance") func page() throws {
    try Golden.expect(Inspection(record).page.plainText, is: "inspect.txt")
  }

  @Test("the tree shows groups, types, shapes and units") func tree() throws {
    try Golden.expect(Inspection(record).tree, is: "inspect-tree.txt")
  }

  @Test("a group as CSV has empty fields for missing numbers") func csv() {
    #expect(Inspection(record).csv("traces") == "iteration,loss,l2_psf\n1,4.0,0.5\n2,3.0,\n3,2.0,1.0\n4,1.0,\n")
    #expect(Inspection(record).csv("weights") == nil)
  }

  @Test("a trace is drawn by its name; unknown names give nil") func figure() throws {
    try Golden.expect(try #require(Inspection(record).figure("loss")).script, is: "inspect-loss.gp")
    #expect(Inspection(record).figure("lost") == nil)
    #expect(Inspection(record).plotNames == ["loss", "l2_psf", "test_accuracy"])
  }

  @Test("sparklines rise and fall with the values, with blanks for missing ones") func sparkline() {
    #expect([Float]([0, 1, 2, 3, 4, 5, 6, 7]).sparkline == "▁▂▃▄▅▆▇█")
    #expect([Float]([1, .nan, 1]).sparkline == "▄ ▄")
    #expect([Float]().sparkline == "")
  }
}
