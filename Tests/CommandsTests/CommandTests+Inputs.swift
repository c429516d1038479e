import Foundation
import Testing

/// Invalid numbers, names and data are reported and never used.
extension CommandTests {
  struct Range: Sendable, CustomTestStringConvertible {
    let command: [String]
    let option: String
    let allowed: ClosedRange<Int>
    var testDescription: String { (command + [option]).joined(separator: " ") }

    init(_ command: String..., option: String, _ allowed: ClosedRange<Int>) {
      (self.command, self.option, self.allowed) = (command, option, allowed)
    }
  }

  @Test(
    "a number out of range: 64, with the option and the allowed range",
    arguments: [
      Range("run", option: "--jobs", 1...4096), Range("run", option: "--threads", 1...4096),
      Range("run", option: "--turns", 1...4096), Range("run", option: "--interleave", 1...4096),
      Range("plan", option: "--threads", 1...4096),
      Range("plan", option: "--nodes", 1...100_000), Range("plan", "--nodes=1", option: "--cpus", 1...4096),
      Range("submit", "-n", option: "--cpus", 1...4096), Range("submit", "-n", option: "--max-parallel", 1...1_000_000),
      Range("bench", option: "--batch", 1...65_536), Range("bench", option: "--classes", 2...256),
      Range("bench", option: "--threads", 1...4096), Range("bench", option: "--steps", 1...100_000),
      Range("bench", option: "--repetitions", 1...10_000),
      Range("replay", option: "--draws", 2...100_000),
      Range("probe", "x", option: "--images", 2...1_000_000), Range("probe", "x", option: "--vectors", 2...100_000),
      Range("probe", "x", option: "--steps", 5...1000), Range("probe", "x", option: "--threads", 1...4096),
      Range("tune", "mine", "--method=sam,rho=1|2", option: "--validation", 1...10_000_000),
      Range("scale-rate", "x", option: "--iterations", 1...1_000_000_000),
      Range("data", "generate", option: "--training", 0...1_000_000),
      Range("data", "generate", option: "--test", 0...1_000_000),
    ])
  func numbers(_ range: Range) throws {
    let folder = try workplace()
    for value in [range.allowed.lowerBound - 1, range.allowed.upperBound + 1, .min, .max] {
      let ending = try sambench(range.command + ["\(range.option)=\(value)"], in: folder)
      #expect(ending.status == 64, "\(value): \(ending)")
      let allowed = "must be an integer from \(range.allowed.lowerBound) to \(range.allowed.upperBound), not \(value)."
      #expect(ending.complaint.contains("\(range.option) \(allowed)"), "\(ending.complaint)")
    }
    for text in ["99999999999999999999", "1e300", "nan", "", "1.5", "٣"] {
      #expect(try sambench(range.command + ["\(range.option)=\(text)"], in: folder).status == 64, "\(text)")
    }
  }

  @Test("the limit applies to the product of jobs and threads")
  func product() throws {
    let ending = try sambench("run", "--jobs=65", "--threads=64", "--oversubscribe", in: workplace())
    #expect(ending.status == 64 && ending.complaint.contains("from 1 to 4096, not 4160."), "\(ending)")
  }

  @Test(
    "a seed above the largest one: 64, with the allowed range",
    arguments: [
      ["plan", "--seeds", "2147483648"], ["plan", "--seeds", "0..18446744073709551615"],
      ["run", "--only", "seed=9223372036854775808"], ["inspect", "seed=1..18446744073709551615"],
      ["tune", "mine", "--method", "sam,rho=1|2", "--seeds", "1,18446744073709551615"],
    ])
  func largeSeeds(_ arguments: [String]) throws {
    let ending = try sambench(arguments, in: workplace())
    #expect(ending.status == 64 && ending.complaint.contains("'seed' must be from 0 to 2147483647"), "\(ending)")
  }

  @Test("an empty name among those to compare: 64 in every format", arguments: ["", ",", "SGD,", ",SGD"])
  func emptyNames(_ names: String) throws {
    let folder = try workplace()
    for format in ["text", "markdown", "csv", "json"] {
      let ending = try sambench("compare", names, "SAM", "--format", format, in: folder)
      #expect(ending.status == 64 && ending.complaint.contains("has an empty name"), "\(ending)")
    }
  }

  @Test(
    "an empty path is not the root of the file system: 64",
    arguments: [
      ["run", "--results="], ["run", "--data="], ["run", "--suites="], ["run", "--with="], ["run", ""],
      ["report", "--results="], ["verify", ""], ["merge", ""], ["merge", "x", "--results="],
      ["inspect", "x", "--results="],
      ["compare", "sgd", "sam", "--against="], ["replay", "--results="], ["probe", ""], ["export", "--light", ""],
      ["list", "suites", "--suites="], ["doctor", "--results="], ["data", "verify", "--data="],
      ["data", "generate", "--data="],
    ])
  func emptyPath(_ arguments: [String]) throws {
    let words = arguments.flatMap { $0.hasSuffix("=") ? [String($0.dropLast()), ""] : [$0] }
    let ending = try sambench(words, in: workplace())
    #expect(ending.status == 64 && ending.complaint.contains("must not be empty"), "\(ending)")
  }

  @Test(
    "a profile must be a name, not a path, in suites and in every command: 64, nothing written",
    arguments: ["../../escape", "..", ".", "a/b", "", ".hidden", "-x", "a\nb"])
  func profiles(_ name: String) throws {
    let suite = CommandTests.oneCell.replacing("{quick:", with: "{\"\(name.replacing("\n", with: "\\n"))\":")
    let folder = try workplace(suite)
    for command in [["run"], ["plan"], ["status"], ["report"], ["inspect", "x"], ["merge", "suites"], ["replay"]] {
      #expect(try sambench(command + ["--profile=\(name)"], in: folder).status == 64, "\(command)")
    }
    #expect(try sambench("run", in: folder).complaint.contains("suites/mine.yaml:8: 'a profile's name' must be"))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".output") }
    #expect(left == ["suites"])
  }

  @Test("two suites with one name, or a suite with a name reserved for reports: 64, with both files")
  func suiteNames() throws {
    let folder = try workplace()
    for name in ["other/mine", "other/MINE", "other/verdicts"] {
      try FileManager.default.createDirectory(atPath: folder.path + "/other", withIntermediateDirectories: true)
      try CommandTests.oneCell.write(toFile: "\(folder.path)/\(name).yaml", atomically: true, encoding: .utf8)
    }
    for name in ["other/mine.yaml", "other/MINE.yaml"] {
      let ending = try sambench("plan", "mine", name, in: folder)
      #expect(ending.status == 64 && ending.complaint.contains("\(name) and suites/mine.yaml are both"), "\(ending)")
    }
    let reserved = try sambench("plan", "other/verdicts.yaml", in: folder)
    #expect(reserved.status == 64 && reserved.complaint.contains("which reports use"), "\(reserved)")
  }

  @Test("hidden files, folders and pipes among the suites are ignored")
  func hiddenSuites() throws {
    let folder = try workplace()
    let suites = folder.path + "/suites"
    let plan = try sambench("plan", "--format", "csv", in: folder)
    try Data([0, 5, 22, 7]).write(to: URL(fileURLWithPath: suites + "/._mine.yaml"))
    try FileManager.default.createSymbolicLink(atPath: suites + "/.#mine.yaml", withDestinationPath: "me@here.1:2")
    try FileManager.default.createSymbolicLink(atPath: suites + "/gone.yaml", withDestinationPath: "nowhere")
    try FileManager.default.createDirectory(atPath: suites + "/folder.yaml", withIntermediateDirectories: false)
    #expect(mkfifo(suites + "/pipe.yaml", 0o644) == 0)
    #expect(try sambench("plan", "--format", "csv", in: folder) == plan)
    let pipe = try sambench("plan", "suites/pipe.yaml", in: folder)
    #expect(pipe.status == 64 && pipe.complaint.contains("not a regular file"), "\(pipe)")
  }

  @Test(
    "images that exceed memory are reported before any is generated: 74, with the settings",
    arguments: [["plan"], ["status"], ["run"]])
  func images(_ command: [String]) throws {
    let ending = try sambench(
      command + ["--set", "dataset.training=10000000"], in: workplace(), under: "ulimit -v 8000000")
    #expect(ending.status == 74, "\(ending)")
    #expect(ending.complaint.contains("10000000 training and 10 test images: it takes at least"), "\(ending)")
    #expect(ending.complaint.contains("or reduce 'dataset.training'"), "\(ending)")
  }

  @Test(
    "a measurement or generated images that exceed memory: 74, before anything is allocated",
    arguments: [
      ["bench", "--batch", "65536", "--threads", "1"], ["bench", "--set", "width=4", "--threads", "512"],
      ["data", "generate", "cifar10", "--training", "1000000", "--data", "d"],
    ])
  func memory(_ command: [String]) throws {
    let folder = try workplace()
    let ending = try sambench(command, in: folder, under: "ulimit -v 4000000")
    #expect(ending.status == 74 && ending.complaint.contains(/[0-9]+ MB of [a-z]+/), "\(ending)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/d"))
  }

  @Test("a comparison uses one kind of data for both rows, the requested one, and lists the others")
  func twoData() throws {
    let suite = CommandTests.oneCell.replacing(
      "{name: sgd, label: SGD}", with: "{name: sgd, label: SGD}, {name: sam, label: SAM}")
    let folder = try workplace(suite)
    try writeData(in: folder) { _ in }
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let before = try sambench("compare", "SGD", "SAM", "--format", "csv", in: folder)
    #expect(before.status == 0, "\(before)")
    #expect(try sambench("run", "--quiet", "--data", ".", "--only", "method=SGD", in: folder).status == 0)
    #expect(try sambench("compare", "SGD", "SAM", "--format", "csv", in: folder) == before)
    let page = try sambench("compare", "SGD", "SAM", "--format", "markdown", in: folder).output
    #expect(page.contains("quick profile; cifar10, generated, 20 training and 10 test images."), "\(page)")
    #expect(page.contains("**Not shown**: 1 run of these rows on other data (cifar10, subset, 20 training"), "\(page)")
    // SAM has no run yet on the requested data.
    #expect(try sambench("compare", "SGD", "SAM", "--data", ".", in: folder).status == 5)
    for data in [[], ["--data", "."]] {
      let report = try sambench(["report", "--format", "markdown"] + data, in: folder)
      #expect(report.output.matches(of: /Data: cifar10/).count == 1, "\(data): \(report.output)")
    }
  }

  @Test("plan, status and run first print the profile and the data")
  func heading() throws {
    let folder = try workplace()
    let heading = "quick profile on CIFAR-10, generated (20 training and 10 test images)"
    #expect(try sambench("plan", in: folder).output.hasPrefix(heading + "\n"))
    #expect(try sambench("status", in: folder).output.hasPrefix(heading + "\n"))
    #expect(try sambench("run", in: folder).complaint.hasPrefix(heading + ": 1 cell, none finished yet, 1 to train"))
    try writeData(in: folder) { _ in }
    let status = try sambench("status", "--data", ".", in: folder).output
    #expect(status.hasPrefix("quick profile on CIFAR-10, subset (20 training and 10 test images)\n"))
    #expect(status.contains("1 other cell in results/quick, with other data, settings or suites"), "\(status)")
  }

  @Test(
    "new method: a Swift keyword, or a name used in the package, is not a valid type: 64, nothing written",
    arguments: [
      ("any", nil), ("self", nil), ("mine", "Type"), ("mine", "Helper"), ("mine", "Sendable"), ("mine", "Inner"),
    ])
  func scaffoldNames(_ name: String, _ type: String?) throws {
    let folder = try workplace()
    let sources = folder.path + "/Sources/bench"
    try FileManager.default.createDirectory(atPath: sources + "/Deep", withIntermediateDirectories: true)
    try "SAMBenchProgram().main()\n".write(toFile: sources + "/main.swift", atomically: true, encoding: .utf8)
    try "struct Helper: Sendable {}\n// Comment\n".write(
      toFile: sources + "/H.swift", atomically: true, encoding: .utf8)
    try "enum Outer { enum Inner {} }\n".write(toFile: sources + "/Deep/O.swift", atomically: true, encoding: .utf8)
    let ending = try sambench(["new", "method", name] + (type.map { ["--type", $0] } ?? []), in: folder)
    #expect(ending.status == 64 && ending.complaint.contains("--type"), "\(ending)")
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: sources).sorted() == [
        "Deep", "Deep/O.swift", "H.swift", "main.swift",
      ])
    #expect(try sambench("new", "method", "mine", "--type", "Comment", in: folder).status == 0)
  }

  @Test("a plan without its data has the same JSON keys as any other")
  func planShape() throws {
    let folder = try workplace()
    func keys(_ arguments: [String]) throws -> [String] {
      let output = try sambench(["plan", "--format", "json"] + arguments, in: folder).output
      let object = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
      return object.keys.sorted()
    }
    #expect(try keys([]) == keys(["--data", "nowhere"]))
  }
}
