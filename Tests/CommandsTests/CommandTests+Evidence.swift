import Foundation
import Testing

/// Exporting results without weights, comparing with them, and scaling vSAM's rate.
extension CommandTests {
  private static let study = """
    title: A study
    baseline: SAM
    axes:
      datasets: [{name: cifar10, label: CIFAR-10}]
      models: [{name: resnet, label: ResNet, depth: 10, width: 4}]
      methods:
        - {name: sgd, label: SGD}
        - {name: sam, label: SAM}
        - {name: sgd, label: 4 bits, starts_from: SGD, quantization: {scheme: lsq}}
      seeds: [1]
    rules: [{set: {dataset: {training: 20, test: 10, label_noise: 0.5}, recipe: {epochs: 30, batch_size: 10}}}]
    profiles: {quick: {evidence: false, scale: small}}
    """

  @Test("results without weights are compared, verified and inspected like any others, and not trained again")
  func light() throws {
    let folder = try workplace(CommandTests.study)
    #expect(try sambench("run", "--only", "method=SGD|SAM", "--threads", "1", in: folder).status == 0)
    let export = try sambench("export", "--light", "shipped/quick", in: folder)
    #expect(export.status == 0 && export.output.hasPrefix("2 added, 0 same, 0 differs, 0 damaged"), "\(export)")
    #expect(try sambench("export", "--light", "shipped/quick", in: folder).output.hasPrefix("0 added, 2 same"))
    #expect(try sambench("export", "shipped/quick", in: folder).status == 64)
    #expect(try sambench("export", "--light", "--invalid-times", "untimed/quick", in: folder).status == 0)
    let untimed = try sambench("compare", "sgd", "sam", "--results", "untimed", in: folder).output
    #expect(untimed.contains("invalid time (marked at export: the machine did other work)"), "\(untimed)")
    #expect(try sambench("export", "--runs", "--invalid-times", in: folder).status == 64)
    #expect(try sambench("verify", "shipped", in: folder).output.contains("2 whole"))

    let own = try sambench("compare", "sgd", "sam", "--format", "csv", in: folder)
    for arguments in [["--results", "shipped"], ["--results", "empty", "--against", "shipped/quick"]] {
      let shipped = try sambench(["compare", "sgd", "sam", "--format", "csv"] + arguments, in: folder)
      #expect(own.status == 0 && shipped == own, "\(shipped)")
    }
    let inspection = try sambench("inspect", "SGD seed 1", "--results", "shipped", in: folder).output
    #expect(inspection.contains("left out of this file") && inspection.contains("training labels are wrong"))

    let again = try sambench("run", "--results", "shipped", "--threads", "1", in: folder)
    #expect(again.status == 3 && again.output.contains("0 cells trained, 2 already done, 1 blocked"), "\(again)")
    #expect(again.output.contains("were left out of"), "\(again)")
    #expect(try sambench("compare", "sgd", "sam", "--against", "nowhere", in: folder).status == 64)
  }

  @Test("scale-rate prints settings derived from a run of SAM, or the reason why there are none")
  func scaleRate() throws {
    let folder = try workplace(CommandTests.study)
    #expect(try sambench("run", "--only", "method=SGD|SAM", "--threads", "1", in: folder).status == 0)
    let answer = try sambench("scale-rate", "SAM seed 1", "--iterations", "1410", in: folder)
    #expect(answer.status == 0, "\(answer)")
    #expect(answer.output.contains("138 windows of 10 after a start of 30"), "\(answer)")
    #expect(answer.output.contains("window: 10, slices: 1, initial: 0.2, minimum: 0.2, start: 30"), "\(answer)")
    let json = try sambench(
      "scale-rate", "SAM seed 1", "--iterations", "1410", "--alpha", "0.1", "--format", "json", in: folder)
    #expect(json.output.contains(#""windows":138"#) && json.output.contains(#""alpha_paper":0.1"#), "\(json)")
    let short = try sambench("scale-rate", "SAM seed 1", "--iterations", "39", in: folder)
    #expect(short.status == 64 && short.complaint.contains("no settings for 39 iterations"), "\(short)")
    let sgd = try sambench("scale-rate", "SGD seed 1", "--iterations", "1410", in: folder)
    #expect(sgd.status == 64 && sgd.complaint.contains("Name a SAM run with period 1"), "\(sgd)")
  }
}
