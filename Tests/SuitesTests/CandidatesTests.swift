import Testing

@testable import Suites

@Suite("A grid of candidates")
struct CandidatesTests {
  private static let rows = """
    [{name: sgd, label: SGD}, {name: sam, label: a}, {name: sam, label: b, starts_from: SGD}, {name: vsam, label: c}]
    """

  @Test("it has the selected rows and seeds, the rows they start from, and no baseline")
  func rows() throws {
    let grid = try grid("baseline: SGD", methods: CandidatesTests.rows)
    let chosen = grid.candidates(["a"], selection: try Selection("seed=2"), naming: \.label)
    #expect(chosen.entries.map(\.method.label) == ["a"] && chosen.seeds == [2] && chosen.hiddenBaseline.isEmpty)
    #expect(chosen.cells == [grid.entries[1].cells[1]])
    #expect(grid.candidates(["b"], selection: .all, naming: \.label).entries.map(\.method.label) == ["SGD", "b"])
    #expect(grid.candidates(["a"], selection: try Selection("method=c"), naming: \.label).entries.isEmpty)
  }

  @Test("the label of the data set changes in every row, but not the identity")
  func labels() throws {
    let grid = try grid(methods: CandidatesTests.rows)
    let named = grid.candidates(["b"], selection: .all) { "\($0.label), 10 held out" }
    #expect(named.datasets.map(\.label) == ["CIFAR-10, 10 held out"])
    #expect(named.entries.allSatisfy { $0.dataset.label == "CIFAR-10, 10 held out" })
    #expect(named.cells.map(\.title).contains("ResNet-18, CIFAR-10, 10 held out, b, seed 1"))
    #expect(named.cells.compactMap(\.start).allSatisfy { $0.dataset.label == "CIFAR-10, 10 held out" })
    #expect(Set(named.cells) == Set(grid.candidates(["b"], selection: .all, naming: \.label).cells))
  }
}
