import Foundation
import TestSupport
import Testing

/// Your own method, from its first line to its verdict.
extension CommandTests {
  private func write(_ text: String, to file: String, in folder: Scratch) throws {
    let path = folder.path + "/" + file
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func read(_ file: String, in folder: Scratch) throws -> String {
    try String(contentsOfFile: folder.path + "/" + file, encoding: .utf8)
  }

  @Test("new method in this project: one file, one line in the catalogue, and the next two commands")
  func newMethod() throws {
    let folder = try workplace()
    let catalogue = """
      public enum MethodCatalogue {
        private static let catalogue = Catalogue<any TrainingMethod.Type>(
          of: "method",
          [
            SGD.self, VSAM.self,
          ], name: { $0.name })
      }
      """
    try write(catalogue, to: "Sources/Methods/MethodCatalogue.swift", in: folder)
    let ending = try sambench("new", "method", "qsam", in: folder)
    #expect(
      ending
        == Ending(
          status: 0,
          output: """
            Sources/Methods/QSAM.swift: a working method; (1) to (6) mark what to replace.
            Sources/Methods/MethodCatalogue.swift: QSAM registered.
            Next:
              make build && .build/release/sambench check method qsam
              .build/release/sambench run compare --method qsam

            """, complaint: ""))
    #expect(
      try read("Sources/Methods/MethodCatalogue.swift", in: folder)
        == catalogue.replacing("VSAM.self,\n", with: "VSAM.self,\n      QSAM.self,\n"))
    let file = try read("Sources/Methods/QSAM.swift", in: folder)
    #expect(file.hasPrefix("import Configuration\nimport Core\n\n/// (1)"))
    #expect(file.contains("public final class QSAM: TrainingMethod {") && file.contains(#"name = "qsam""#))
    #expect(!file.contains("emplate"))
    let again = try sambench("new", "method", "qsam", in: folder)
    #expect(again.status == 64)
    #expect(
      again.complaint
        == "sambench: Sources/Methods/QSAM.swift already exists. Choose another name, or another --type.\n")
  }

  @Test(
    "new method in another package: a file next to main.swift, and an entry in its list",
    arguments: [
      ("SAMBenchProgram().main()", "SAMBenchProgram(methods: [CalmSAM.self]).main()"),
      ("SAMBenchProgram(methods: []).main()", "SAMBenchProgram(methods: [CalmSAM.self]).main()"),
      ("SAMBenchProgram(methods: [A.self]).main()", "SAMBenchProgram(methods: [A.self, CalmSAM.self]).main()"),
      (
        "SAMBenchProgram(\n  methods: [\n    A.self,\n  ]).main()",
        "SAMBenchProgram(\n  methods: [\n    A.self,\n    CalmSAM.self,\n  ]).main()"
      ),
    ])
  func newMethodElsewhere(_ before: String, _ after: String) throws {
    let folder = try workplace()
    try write("import SAMBench\n\n\(before)\n", to: "Sources/bench/main.swift", in: folder)
    let ending = try sambench("new", "method", "calm-sam", in: folder)
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.output.contains("swift build -c release && .build/release/bench check method calm-sam"))
    #expect(try read("Sources/bench/main.swift", in: folder) == "import SAMBench\n\n\(after)\n")
    #expect(try read("Sources/bench/CalmSAM.swift", in: folder).hasPrefix("import SAMBench\n\n/// (1)"))
  }

  @Test(
    "new method with an invalid name: 64, nothing written",
    arguments: [
      ("sam", "a method named 'sam' already exists."),
      ("My SAM", "a method cannot be named 'My SAM'. Use at most 40 lowercase letters, digits and hyphens"),
      (
        "vector",
        "'Vector' is already used in a method's file: choose another type, such as VectorMethod, with --type."
      ),
      ("qsam", "neither SAMBench itself nor a package that starts a SAMBenchProgram in its Sources folder."),
    ])
  func newMethodRefused(_ name: String, _ part: String) throws {
    let ending = try sambench("new", "method", name, in: workplace())
    #expect(ending.status == 64 && ending.complaint.contains(part), "\(ending)")
  }

  @Test("check method: a verdict on every check, and on a small network")
  func checkMethod() throws {
    let ending = try sambench("check", "method", "sam", in: workplace())
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.output.contains("sam passes all 14 checks"), "\(ending.output)")
    let unknown = try sambench("check", "method", "sma", in: workplace())
    #expect(unknown.status == 64)
    #expect(unknown.complaint.hasPrefix("sambench: No method is named 'sma'. Did you mean 'sam'? Known: sgd, sam,"))
  }

  @Test("--method and --with add rows to every suite, and mistakes in them are reported: 64")
  func composed() throws {
    let folder = try workplace()
    try write("axes: {methods: [{name: vsam, label: V}], seeds: [5]}", to: "more.yaml", in: folder)
    let plan = try sambench(
      "plan", "mine", "--method", "sam,rho=0.1", "--with", "more.yaml", "--format", "csv", in: folder)
    #expect(plan.status == 0, "\(plan)")
    let rows = plan.output.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",")[3...4].joined(separator: " ")
    }
    #expect(rows == ["SGD 5", "V 5", "sam rho 0.1 5"])
    let wrong = try sambench("plan", "mine", "--with", "less.yaml", in: folder)
    #expect(wrong == Ending(status: 64, output: "", complaint: "sambench: less.yaml: cannot be read: no such file.\n"))
  }

  @Test("a mistyped command: 64, with the nearest one")
  func mistyped() throws {
    let ending = try sambench("runn", in: workplace())
    #expect(ending.status == 64)
    #expect(ending.complaint.hasPrefix("sambench: No command is named 'runn'. Did you mean 'run'? Known: run, plan,"))
  }

  @Test("the help of every command has examples that fit in 80 columns")
  func helps() throws {
    let folder = try workplace()
    var commands = [[String]()]
    var explained = 0
    while let command = commands.popLast() {
      let ending = try sambench(command + ["--help"], in: folder)
      #expect(ending.status == 0, "\(command)")
      let subcommands = ending.output.matches(of: /(?m)^  ([a-z]+) {2,}\S/).map { String($0.1) }
      commands += subcommands.map { command + [$0] }
      guard let examples = ending.output.firstMatch(of: /\nEXAMPLES\n((?:.+\n)+)/)?.1 else {
        #expect(!subcommands.isEmpty, "\(command) has no examples")
        continue
      }
      explained += 1
      // A wrapped line would continue at the margin.
      #expect(examples.split(separator: "\n").allSatisfy { $0.hasPrefix("  sambench ") }, "\(command): \(examples)")
    }
    #expect(explained > 15)
  }

  @Test("doctor reports the machine, the libraries and the folders")
  func doctor() throws {
    let ending = try sambench("doctor", "--format", "json", in: workplace())
    #expect(ending.status == 0)
    let answer = try #require(JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
    let rows = try #require(answer["found"] as? [[String: String]])
    #expect(
      (answer["advice"] as? [String])?.contains { $0.contains("data fetch") } == true && answer["status"] as? Int == 0)
    let found = Dictionary(uniqueKeysWithValues: rows.map { ($0["what"]!, $0["found"]!) })
    #expect(found["HDF5"]?.contains(".") == true && found["suites folder"] == "mine")
    #expect(found["results folder"]?.hasSuffix("MB free") == true)
    #expect(found["data folder"] == "none: images are generated; `data fetch` downloads the official ones")
  }
}
