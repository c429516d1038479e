import Testing

@testable import Suites

@Suite("--only selects by name or label")
struct SelectionTests {
  private func count(_ text: String) throws -> Int {
    let grid = try paperSuite("table3").grid(profile: "paper", vocabulary: vocabulary)
    let selection = try Selection(text)
    try selection.check([grid])
    return grid.entries.flatMap { entry in grid.seeds.filter { selection.includes(entry, seed: $0, in: grid) } }.count
  }

  @Test(
    "all terms must match, bars separate alternatives",
    arguments: [
      ("model=resnet18,method=vsam,seed=1..3", 6), ("method=SAM", 18), ("method=sam", 54), ("method=sam-5", 18),
      ("method=sgd|ae-sam", 36), ("seed=2", 60), ("seed=1|3,dataset=cifar100", 60),
      ("dataset=CIFAR-10,model=PyramidNet-110", 30),
    ])
  func counts(_ text: String, _ expected: Int) throws { #expect(try count(text) == expected) }

  @Test(
    "a term that selects nothing is an error",
    arguments: [
      (
        "model=resnet19",
        "--only model=resnet19: unknown model 'resnet19'. Did you mean 'ResNet-18'? Known: ResNet-18, WideResNet-28-10, PyramidNet-110."
      ),
      ("seed=4..9", "--only seed=4..9: unknown seed '4..9'. Known: 1, 2, 3."),
      ("seed=3..1", "--only seed=3..1: 'seed' must be a number or a range such as 1..3, not '3..1'."),
      ("resnet18", "--only resnet18: expected terms such as model=resnet18,method=vsam,seed=1..3."),
      (
        "modle=x",
        "--only modle=x: unknown key 'modle' in --only. Did you mean 'model'? Known: dataset, model, method, seed."
      ),
    ])
  func mistakes(_ text: String, _ expected: String) { #expect(message { _ = try count(text) } == expected) }
}
