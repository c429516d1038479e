import Configuration
import Testing

@Suite struct CatalogueTests {
  private let catalogue = Catalogue(of: "method", ["sgd", "sam"], name: { $0 })

  @Test("additions follow the package's own entries and are found by name")
  func additions() throws {
    try catalogue.add(["gsam"])
    #expect(catalogue.all == ["sgd", "sam", "gsam"])
    #expect(catalogue.named("gsam") == "gsam" && catalogue.named("asam") == nil)
  }

  @Test("a taken name is refused, whether by the package or by another addition")
  func taken() throws {
    let expected = "a method named 'sam' already exists. Choose another name; `list` shows all that are taken."
    #expect(CatalogueError.taken(kind: "method", name: "sam").description == expected)
    #expect(throws: CatalogueError.taken(kind: "method", name: "sam")) { try catalogue.add(["sam"]) }
    #expect(throws: CatalogueError.taken(kind: "method", name: "gsam")) { try catalogue.add(["gsam", "gsam"]) }
  }

  @Test("a malformed name is refused", arguments: ["", "My SAM", "Sam", "1sam", "a,b"])
  func malformed(_ name: String) {
    #expect(throws: CatalogueError.malformed(kind: "method", name: name)) { try catalogue.add([name]) }
  }

  @Test("nothing can be added after the first read")
  func closed() async {
    await #expect(processExitsWith: .failure) {
      let catalogue = Catalogue(of: "method", ["sgd"], name: { $0 })
      _ = catalogue.all
      try catalogue.add(["gsam"])
    }
  }
}
