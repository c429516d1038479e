import Testing

@testable import Configuration

@Suite("The nearest known name")
struct NearestTests {
  @Test(
    "edit distance counts insertions, deletions, substitutions and swaps of neighbors",
    arguments: [("", "abc", 3), ("kitten", "sitting", 3), ("rho", "rho", 0), ("ab", "ba", 1), ("rate", "raet", 1)])
  func distance(a: String, b: String, expected: Int) {
    #expect(editDistance(a, b) == expected)
    #expect(editDistance(b, a) == expected)
  }

  @Test("a near miss is recognized, whatever its case; other names are not")
  func recognised() {
    let known = ["momentum", "rho", "learning_rate"]
    #expect(nearest(to: "momentun", among: known) == "momentum")
    #expect(nearest(to: "LearningRate", among: known) == "learning_rate")
    #expect(nearest(to: "ro", among: known) == "rho")
    #expect(nearest(to: "weight_decay", among: known) == nil)
  }

  @Test("initials stand for the words of a name")
  func initials() {
    let known = ["momentum", "batch_size", "learning_rate"]
    #expect(nearest(to: "lr", among: known) == "learning_rate")
    #expect(nearest(to: "BS", among: known) == "batch_size")
    #expect(nearest(to: "mo", among: known) == nil)
  }

  @Test("a third of the letters may be wrong, and at least one")
  func bound() {
    #expect(nearest(to: "period", among: ["perixx"]) == "perixx")
    #expect(nearest(to: "period", among: ["perxxx"]) == nil)
    #expect(nearest(to: "ab", among: ["ax"]) == "ax")
  }

  @Test("of two equally near names, the first in alphabetical order is chosen")
  func ties() {
    #expect(nearest(to: "bat", among: ["hat", "cat"]) == "cat")
  }
}
