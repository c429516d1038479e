import Configuration
import Testing

@Suite struct CatalogueTests {
  private let catalogue = Catalogue(of: "method", ["sgd", "sam"], name: { $0 })

  @Test("additions stand behind the package's own and are found by name")
  func additions() throws {
    try catalogue.add(["gsam"])
    #expect(catalogue.all == ["sgd", "sam", "gsam"])
    #expect(catalogue.named("gsam") == "gsam" && catalogue.named("asam") == nil)
  }

  @Test("a taken name is refused, whoever took it")
  func taken() throws {
    let expected = "a method named 'sam' already exists. Choose another name; `list` shows all that are taken."
    #expect(CatalogueError.taken(kind: "method", name: "sam").description == expected)
    #expect(throws: CatalogueError.taken(kind: "method", name: "sam")) { try catalogue.add(["sam"]) }
    #expect(throws: CatalogueError.taken(kind: "method", name: "gsam")) { try catalogue.add(["gsam", "gsam"]) }
  }

  @Test("a name that could not stand in a suite file is refused", arguments: ["", "My SAM", "Sam", "1sam", "a,b"])
  func malformed(_ name: String) {
    #expect(throws: CatalogueError.malformed(kind: "method", name: name)) { try catalogue.add([name]) }
  }

  @Test("nothing can be added once someone has looked")
  func closed() async {
    await #expect(processExitsWith: .failure) {
      let catalogue = Catalogue(of: "method", ["sgd"], name: { $0 })
      _ = catalogue.all
      try catalogue.add(["gsam"])
    }
  }
}
