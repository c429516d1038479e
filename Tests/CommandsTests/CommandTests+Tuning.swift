import Foundation
import TestSupport
import Testing

/// Choosing settings on validation images, from the command line to the final run.
extension CommandTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  @Test("tune trains all candidates on the rest of the training set, chooses one and prints the final command")
  func tune() throws {
    let folder = try workplace()
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let own = try digests(folder)
    let command = ["tune", "mine", "--method", "sam,rho=0.05|0.1", "--threads", "1"]
    let first = try sambench(command + ["--format", "json"], in: folder)
    #expect(first.status == 0, "\(first)")
    #expect(first.complaint.contains("(18 training and 2 validation images)"))
    #expect(first.complaint.contains(", validation "))
    let tuned = try object(first.output)
    #expect(tuned["validation_images"] as? Int == 2 && tuned["seeds"] as? [Int] == [101, 102, 103])
    #expect(tuned["runs"] as? Int == 6 && tuned["trained"] as? Int == 6)
    let candidates = try #require(tuned["candidates"] as? [[String: Any]])
    #expect(candidates.count == 2 && candidates.allSatisfy { $0["n"] as? Int == 3 && $0["planned"] as? Int == 3 })
    // Two epochs of two batches, two gradients each, three seeds.
    #expect(candidates.allSatisfy { $0["gradients"] as? Int == 24 } && tuned["gradients"] as? Int == 48)
    #expect(candidates.map { $0["chosen"] as? Bool } == [true, false])
    #expect(candidates.allSatisfy { $0["dataset"] as? String == "CIFAR-10, 2 held out" })
    let choice = try #require((tuned["choices"] as? [[String: Any]])?.first)
    let method = try #require(choice["chosen_method"] as? String)
    #expect(["sam,rho=0.05", "sam,rho=0.1"].contains(method))
    #expect((choice["warnings"] as? [String])?.first?.hasPrefix("Edge: rho = ") == true)
    // The suite's seeds were not used.
    #expect(tuned["commands"] as? [String] == ["sambench run mine --method \(method)"])

    // The same command shows the same table and trains nothing.
    let again = try sambench(command, in: folder)
    #expect(again.status == 0 && again.output.contains("0 cells trained, 6 already done"), "\(again)")
    let text = again.output.replacing("\n", with: " ")
    #expect(text.contains("The test set was not read") && text.contains("6 runs, 48 gradients"))
    #expect(again.output.contains("\n    sambench run mine --method \(method)\n"))
    let csv = try sambench(command + ["--format", "csv"], in: folder).output.split(separator: "\n")
    #expect(csv.count == 3 && csv[0].hasPrefix("suite,model,dataset,method,candidate,rank,validation_accuracy,"))

    // Cells of their own: found by name, in no report, and the others are what they were.
    let listed = try sambench("list", "cells", "held out", "--format", "csv", in: folder).output
    #expect(listed.split(separator: "\n").count == 7)
    #expect(try sambench("status", in: folder).output.contains("6 other cells in results/quick"))
    let report = try sambench("report", "--format", "json", in: folder).output
    #expect(report.contains(#""finished": 1"#) && !report.contains("held out") && !report.contains("rho"), "\(report)")
    let all = try digests(folder)
    #expect(all.filter { own[$0.key] != nil } == own && all.count == 7)
    let shown = try sambench("inspect", "sam 101 0.1", in: folder).output
    #expect(shown.contains("18 training and 2 validation images") && shown.contains("the test set was not read"))
  }

  @Test("the final command has other seeds than tuning, and repeats the options that change numbers")
  func finalRun() throws {
    let folder = try workplace()
    let tuned = try object(
      sambench(
        "tune", "mine", "--method", "sam,label=mine,rho=0.05|0.1", "--seeds", "1..2", "--set", "epochs=1", "--only",
        "model=ResNet", "--threads", "1", "--format", "json", in: folder
      ).output)
    let command = try #require((tuned["commands"] as? [String])?.first)
    let ending = " --only model=ResNet,dataset=CIFAR-10,method=mine --seeds 3 --set epochs=1"
    #expect(command.hasSuffix(ending), "\(command)")
    let method = try #require((tuned["choices"] as? [[String: Any]])?.first?["chosen_method"] as? String)
    let trained = try sambench(
      "run", "mine", "--method", method, "--only", "model=ResNet,dataset=CIFAR-10,method=mine", "--seeds", "3", "--set",
      "epochs=1", "--format", "json", "--threads", "1", in: folder)
    #expect(trained.status == 0 && trained.output.contains(#""trained":1"#), "\(trained)")
  }

  @Test("a stopped tuning exits with 75 and chooses nothing; the same command resumes it")
  func stoppedTuning() throws {
    let folder = try workplace()
    let command = [
      "tune", "mine", "--method", "sam,rho=0.05|0.1", "--seeds", "1", "--threads", "1", "--format", "json",
    ]
    let stopped = try sambench(command + ["--time-limit", "0.001s"], in: folder)
    #expect(stopped.status == 75, "\(stopped)")
    let nothing = try object(stopped.output)
    #expect((nothing["commands"] as? [String])?.isEmpty == true && nothing["missing"] as? Int == 2)
    #expect((nothing["choices"] as? [[String: Any]])?.first?["chosen"] is NSNull)
    let resumed = try sambench(command, in: folder)
    let complete = try object(resumed.output)
    #expect(resumed.status == 0 && complete["runs"] as? Int == 2, "\(resumed)")
  }

  @Test(
    "invalid options of tune: 64, with the remedy",
    arguments: [
      (["--method", "sam,rho=0.05|0.1"], "Name the suite to tune in"),
      (["mine"], "Say what to tune"),
      (["mine", "--method", "sam,rho=0.1"], "There is nothing to choose between."),
      (["mine", "--method", "sam,rho=0.05|0.1", "--set", "method.rho=0.2"], "are the same run in mine"),
      (["mine", "--method", "sam,rho=0.05|0.1", "--validation", "20"], "leaves none of the 20 training images"),
      (["mine", "--method", "sam,rho=0.05|0.1", "--validation", "0"], "--validation must be an integer from 1"),
      (["mine", "--method", "sam,rho=0.05|0.1", "--set", "dataset.validation=4"], "Use --validation"),
      (["mine", "--method", "sam,rho=0.05|0.1", "--only", "method=SGD"], "--only selects no candidate"),
    ])
  func mistakenTuning(_ arguments: [String], _ part: String) throws {
    let ending = try sambench(["tune"] + arguments, in: workplace())
    #expect(ending.status == 64 && ending.complaint.contains(part), "\(ending)")
  }
}
