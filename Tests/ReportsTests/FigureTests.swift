import Store
import Testing

@testable import Reports

@Suite("Figures") struct FigureTests {
  @Test(
    "gnuplot scripts equal the golden files",
    arguments: ["table3-costs", "table3-curves", "table3-figure2", "table3-rates"])
  func scripts(_ name: String) throws {
    let grid = try grid()
    let report = Report([grid], from: Results(try grid.sampleResults()), reading: sampleTraces)
    let figure = try #require(report.figures.first { $0.name == name })
    try Golden.expect(figure.script, is: "\(name).gp")
  }

  @Test("without gnuplot the page names what is missing and the scripts") func missing() throws {
    let grid = try grid()
    var report = Report([grid], from: Results(try grid.sampleResults()), reading: sampleTraces)
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
  static let record = CellRecord(
    cellID: "cifar10-resnet-vsam-s1-0", alias: "ResNet-18, CIFAR-10, vSAM, seed 1", suite: "table3", profile: "quick",
    isEvidence: false,
    configJSON: #"{"method":{"name":"vsam","revision":1,"settings":{"reuse":true,"window":50}},"seed":1}"#,
    sourcesJSON: #"{"method.window":"paper 4.1"}"#,
    data: DataRecord(name: "cifar10", kind: .subset, trainingCount: 64, testCount: 2, classes: 10, fingerprint: "00ff"),
    traces: [
      TraceColumn("loss", unit: "nat", longName: "training loss", values: [4, 3, 2, 1]),
      TraceColumn("l2_psf", unit: "1", longName: "norm of PSF", values: [0.5, .nan, 1, .nan]),
    ],
    windows: [], epochs: [TraceColumn("test_accuracy", unit: "percent", longName: "accuracy", values: [50])],
    result: ResultRecord(
      status: .finished, testAccuracyLast: 50, testAccuracyBest: 50, bestEpoch: 1, iterations: 4, samplingNumber: 2,
      samplingNumberAdaptive: 1, gradientEvaluations: 6, forwardExamples: 96, backwardExamples: 96, images: 64,
      costPerIteration: 1.5,
      timing: TimingRecord(trainingSeconds: 2, imagesPerSecond: 32, isValid: true, threads: 1, machine: "Example CPU")),
    predictions: [0, 1], testLabels: [0, 2],
    parameters: [NamedTensor(name: "fc.weight", shape: [1, 2], values: [3, 4])],
    buffers: [NamedTensor(name: "bn1.running_mean", shape: [1], values: [2])],
    provenance: [ProvenanceEntry("program", "sambench")])

  private var record: CellRecord { InspectionTests.record }

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
