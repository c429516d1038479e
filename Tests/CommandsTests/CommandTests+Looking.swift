import Foundation
import Store
import TestSupport
import Testing

/// Showing running and stored cells, exporting and removing them.
extension CommandTests {
  private static let endless = oneCell.replacing("epochs: 2", with: "epochs: 4000")

  @Test("status and inspect show a running cell, and for a stopped one where it resumes and its epochs so far")
  func lookAtRunning() throws {
    let folder = try workplace(Self.endless)
    var running: [String: Any] = [:]
    var shown: Ending?
    let run = ["run", "--threads", "1", "--checkpoint-every", "0.2s"]
    let stopped = try sambench(run, in: folder) { process, complaint in
      guard complaint.hasSuffix("1 to train\n") else { return }
      let work = folder.path + "/results/quick/work"
      while process.isRunning {
        let names = FileManager.default.subpaths(atPath: work) ?? []
        if names.contains(where: { $0.hasSuffix("/metrics.csv") }),
          names.contains(where: { $0.contains("/checkpoint-") })
        {
          break
        }
      }
      running = (try? json(sambench("status", "--format", "json", in: folder).output)) ?? [:]
      shown = try? sambench("inspect", "sgd", in: folder)
      kill(process.processIdentifier, SIGTERM)
    }
    #expect(stopped.status == 75, "\(stopped)")
    #expect(running["running"] as? Int == 1 && running["missing"] as? Int == 0, "\(running)")
    let active = try #require((running["active"] as? [[String: Any]])?.first)
    #expect(
      active["cell"] as? String == "mine: ResNet, CIFAR-10, SGD, seed 1" && active["state"] as? String == "running")
    #expect((active["left"] as? String)?.isEmpty == false && active["images_per_second"] is Int, "\(active)")
    #expect(shown?.status == 0 && shown?.output.contains("running, process") == true, "\(String(describing: shown))")
    #expect(shown?.complaint == "")

    let status = try sambench("status", in: folder).output
    #expect(
      status.contains("started") && status.contains("1 cell left") && status.contains("Next: sambench run\n"),
      "\(status)")
    let inspected = try json(sambench("inspect", "seed 1", "--format", "json", in: folder).output)
    #expect((inspected["state"] as? String)?.hasPrefix("stopped; the next run resumes after iteration ") == true)
    let metrics = try sambench("inspect", "sgd", "--csv", "epochs", in: folder).output.split(separator: "\n")
    #expect(
      metrics.first
        == "epoch,iteration,train_loss,train_accuracy,test_loss,test_accuracy,learning_rate,train_seconds,eval_seconds")
    #expect(metrics.dropFirst().enumerated().allSatisfy { $1.hasPrefix("\($0 + 1),\(2 * ($0 + 1)),") })
    #expect(try sambench("inspect", "sgd", "--plot", "loss", in: folder).status == 64)

    // Stopped cells can be restarted.
    let planned = try sambench("rm", "--checkpoints", "--dry-run", in: folder)
    #expect(planned.status == 0 && planned.output.contains("would be removed"), "\(planned)")
    #expect(try sambench("rm", "--checkpoints", in: folder).output.contains("removed"))
    #expect(try sambench("status", "--format", "json", in: folder).output.contains(#""missing":1"#))
  }

  @Test("a command that is suggested keeps the suites' options and no others")
  func suggestedCommands() throws {
    let folder = try workplace()
    try Self.oneCell.write(toFile: "\(folder.path)/mine two.yaml", atomically: true, encoding: .utf8)
    let words = ["mine two.yaml", "-p", "quick", "--set", "epochs=1"]
    let options = " 'mine two.yaml' --profile quick --set epochs=1"
    let planned = try sambench(
      ["run"] + words + ["--dry-run", "--threads", "1", "--checkpoint-every", "9s"], in: folder)
    let suggested = try #require(planned.output.split(separator: "`").dropFirst().first, "\(planned)")
    #expect(suggested == "sambench plan\(options) --nodes 1")
    #expect(try sambench(["status"] + words, in: folder).output.contains("Next: sambench run\(options)\n"))
    #expect(try sambench(["report", "--quiet"] + words, in: folder).complaint.contains("sambench run\(options)\n"))
  }

  @Test("a plan's times come from cells with the same number of threads, or else from all")
  func plannedTime() throws {
    let folder = try workplace()
    let more = ["plan", "--seeds", "1,2"]
    #expect(try sambench(more, in: folder).output.contains("time unknown until a cell has been trained here"))
    #expect(try sambench("run", "--threads", "1", "--quiet", in: folder).status == 0)
    let planned = try sambench(more, in: folder).output
    #expect(planned.contains("2 cells, 1 to train, about ") && planned.contains("one after another"), "\(planned)")
    // A disturbed time is used as long as there is no other.
    let store = RunStore(folder: folder.path + "/results/quick")
    let id = try #require(store.ids().first)
    var record = try store.record(of: id)
    record.result.timing.trainingSeconds = 36_000
    record.result.timing.isValid = false
    try RunStore.rewrite(record, atPath: store.path(of: id))
    #expect(try sambench(more, in: folder).output.contains("about 10 h"))
    #expect(try sambench("run", "--seeds", "2", "--threads", "1", "--quiet", in: folder).status == 0)
    let again = try sambench("plan", "--seeds", "1..3", in: folder).output
    #expect(again.contains("3 cells, 1 to train, about ") && !again.contains(" h"), "\(again)")
  }

  @Test("without suites named, a profile selects the tables that have it, else the suite named after it, else all")
  func defaultSuites() throws {
    let folder = try workplace()
    func add(_ name: String, profile: String, table: Int? = nil) throws {
      let suite =
        Self.oneCell.replacing("{quick:", with: "{\(profile):")
        + (table.map { "\ntable: \($0)" } ?? "")
      try suite.write(toFile: "\(folder.path)/suites/\(name).yaml", atomically: true, encoding: .utf8)
    }
    func planned(_ profile: String) throws -> [String] {
      let lines = try sambench("plan", "-p", profile, "--format", "csv", in: folder).output.split(separator: "\n")
      return lines.dropFirst().map { String($0.prefix { $0 != "," }) }
    }
    #expect(try planned("quick") == ["mine"])
    try add("table2", profile: "small", table: 2)
    try add("night", profile: "night")
    try add("more", profile: "night")
    try add("other", profile: "long")
    #expect(try planned("small") == ["table2"])
    #expect(try planned("night") == ["night"])
    #expect(try planned("long") == ["other"])
    let unknown = try sambench("plan", "-p", "nigth", in: folder)
    #expect(unknown.status == 64 && unknown.complaint.contains("Did you mean 'night'?"), "\(unknown)")
  }

  @Test("epochs repeated by a resumed run replace their lines in metrics.csv")
  func repeatedEpochs() throws {
    let scratch = try Scratch()
    let work = RunStore(folder: scratch.path).work(of: "c")
    try FileManager.default.createDirectory(atPath: work.path, withIntermediateDirectories: true)
    for (epoch, loss) in [(1, 2.0), (2, 1.5), (3, 1.25), (2, 1.75)] {
      try work.writeMetrics(head: "epoch,train_loss", line: "\(epoch),\(loss)", epoch: epoch)
    }
    #expect(work.metrics == "epoch,train_loss\n1,2.0\n2,1.75\n")
    try work.remove()
    #expect(!FileManager.default.fileExists(atPath: work.path))
  }

  @Test("stored cells are found by terms, words, parts of words and prefixes of IDs, and removed in the same way")
  func findAndRemove() throws {
    let folder = try workplace()
    let grid = ["--method", "sam,rho=0.05|0.1", "--seeds", "1..2"]
    #expect(try sambench(["run", "--quiet"] + grid, in: folder).status == 0)
    func found(_ pattern: String...) throws -> Int {
      try sambench(["list", "cells"] + pattern + ["--format", "csv"], in: folder).output.split(separator: "\n").count
        - 1
    }
    #expect(try found() == 6)
    #expect(try found("method=sam") == 4)
    #expect(try found("method=sam,seed=2") == 2)
    #expect(try found("model=ResNet,method=SGD,seed=1") == 1)
    #expect(try found("sam rho 0.1") == 2)
    #expect(try found("resn sg") == 2)
    let ids = RunStore(folder: folder.path + "/results/quick")
    let all = try ids.ids()
    let one = try #require(all.first)
    #expect(try found(String(one.split(separator: "-").last!.prefix(6))) == 1)
    let several = try sambench("inspect", "sam", in: folder)
    #expect(
      several.status == 64 && several.complaint.contains("'sam' matches 4 cells; be more specific:"), "\(several)")
    let none = try sambench("inspect", "vsam", in: folder)
    #expect(none.status == 5 && none.complaint.contains("`sambench list cells` lists them"), "\(none)")

    // The grid's rows are in no suite here.
    let orphans = try sambench("rm", "--orphans", "--dry-run", "--format", "csv", in: folder).output
    #expect(orphans.split(separator: "\n").count - 1 == 5 && orphans.contains("would be removed"), "\(orphans)")
    #expect(try ids.ids() == all)
    // A suite in a subfolder keeps its cells, and a protocol there is no suite.
    let studies = folder.path + "/suites/studies"
    try FileManager.default.createDirectory(atPath: studies, withIntermediateDirectories: true)
    let study = CommandTests.oneCell.replacing("{name: sgd, label: SGD}", with: "{name: sam, label: SAM, rho: 0.1}")
    try study.write(toFile: studies + "/study.yaml", atomically: true, encoding: .utf8)
    try "rules: []".write(toFile: studies + "/protocol.yaml", atomically: true, encoding: .utf8)
    let others = try sambench("rm", "--orphans", "--dry-run", "--format", "csv", in: folder).output
    #expect(others.split(separator: "\n").count - 1 == 4, "\(others)")
    try (study + "\nunknown: 1").write(toFile: studies + "/invalid.yaml", atomically: true, encoding: .utf8)
    #expect(try sambench("rm", "--orphans", in: folder).status == 64)
    #expect(try ids.ids() == all)
    #expect(try sambench("rm", "method=sam", "nothing", in: folder).status == 64)
    #expect(try ids.ids() == all)
    #expect(try sambench("rm", "method=sam", in: folder).status == 0)
    #expect(try ids.ids().count == 2)
    #expect(try sambench("rm", in: folder).status == 64)
    #expect(try sambench("rm", " ", in: folder).status == 64)
  }

  @Test("exported tables have one row per run, epoch or iteration, numbers as numbers, and the recipe in columns")
  func exportTables() throws {
    let folder = try workplace()
    #expect(try sambench("run", "--quiet", "--method", "sam,rho=0.1", in: folder).status == 0)
    func table(_ arguments: String...) throws -> [[String: Any]] {
      let text = try sambench(["export"] + arguments + ["--format", "json"], in: folder).output
      return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }
    let runs = try table("--runs")
    #expect(runs.count == 2)
    let sam = try #require(runs.first { $0["method"] as? String == "sam" })
    #expect(sam["method.rho"] as? Double == 0.1 && sam["recipe.epochs"] as? Int == 2 && sam["seed"] as? Int == 1)
    #expect(sam["test_accuracy_last"] is Double && sam["label_noise"] is NSNull && sam["is_timing_valid"] is Bool)
    #expect(runs.first { $0["method"] as? String == "sgd" }?["method.rho"] is NSNull)
    #expect(try table("--epochs", "method=sam").compactMap { $0["epoch"] as? Int } == [1, 2])
    let traces = try table("--traces")
    #expect(traces.count == 8 && traces.allSatisfy { $0["loss"] is Double })
    let csv = try sambench("export", "--runs", in: folder).output
    #expect(csv.split(separator: "\n").count == 3 && csv.hasPrefix("id,suite,profile,model,dataset,method,seed,"))
    let stored = try sambench("run", "--format", "csv", "--quiet", in: folder).output
    #expect(
      stored.split(separator: "\n")[1].split(separator: ",", omittingEmptySubsequences: false)[9] != "", "\(stored)")
    #expect(try sambench("export", "--runs", "vsam", in: folder).status == 5)
  }

  @Test("inspect --format json prints the complete cell: recipe, result, traces, null for missing values")
  func inspectAsJSON() throws {
    let folder = try workplace()
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let cell = try json(sambench("inspect", "sgd", "--format", "json", in: folder).output)
    let config = try #require(cell["config"] as? [String: Any])
    #expect((config["recipe"] as? [String: Any])?["epochs"] as? Int == 2)
    #expect((cell["traces"] as? [String: [Any]])?["loss"]?.count == 4)
    #expect(cell["test_accuracy_average"] is NSNull && cell["status"] as? String == "finished")
    #expect((cell["provenance"] as? [String: Any])?["host"] is String)
  }

  @Test("a results folder alone is enough for a report: it contains the suites and a guide")
  func resultsAlone() throws {
    let folder = try workplace()
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    #expect(
      try String(contentsOfFile: folder.path + "/results/quick/README.md", encoding: .utf8).contains(
        "sambench report -p quick"))
    try FileManager.default.removeItem(atPath: folder.path + "/suites")
    let report = try sambench("report", "--format", "csv", in: folder)
    #expect(report.status == 0 && report.output.contains("SGD"), "\(report)")
  }

  @Test("doctor ends with 66 for a given folder without data, and data verify reports on each data set")
  func doctorAdvises() throws {
    let folder = try workplace()
    #expect(try sambench("doctor", in: folder).status == 0)
    let nowhere = try sambench("doctor", "--data", "nowhere", in: folder)
    #expect(nowhere.status == 66 && nowhere.output.contains("- nowhere: no cifar10 files found."), "\(nowhere)")
    #expect(
      try sambench("data", "generate", "cifar10", "--training", "50", "--test", "10", "--data", "d", in: folder).status
        == 0)
    let verdict = try sambench("data", "verify", "--data", "d", in: folder)
    #expect(verdict.status == 66 && verdict.output.contains("generated, 10 records"), "\(verdict)")
    #expect(verdict.complaint.contains("no cifar100 files found"), "\(verdict)")
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
