import Foundation
import Store
import Testing

@testable import Cluster

@Suite("Invalid numbers in files of a cluster")
struct HostileNumbersTests {
  private static let numbers = [
    "0", "-1", "1e300", "-1e300", "1e-300", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
    "1e400",
    "4611686018427387904", "null", "\"1\"", "true",
  ]

  private func plan() throws -> String {
    ClusterPlan.text(try head(), JobArray.arrays(try works(2), limit: 10))
  }

  @Test("a plan is run as written, or refused with the key", arguments: numbers)
  func plan(_ number: String) throws {
    for key in ["checkpointSeconds", "cpus", "index", "seed", "format"] {
      let text = try plan().replacing(try Regex("\"\(key)\":[0-9.]+"), with: "\"\(key)\":\(number)")
      do {
        let plan = try ClusterPlan(text: text, path: "plan.jsonl")
        let task = try #require(plan.tasks.first)
        #expect(plan.head.checkpointSeconds >= 0.001 && plan.head.checkpointSeconds <= 31_536_000)
        #expect((1...4096).contains(task.cpus) && task.index >= 0 && task.seed <= UInt64(Int32.max))
      } catch ClusterError.badPlan(_, let reason) {
        #expect(
          reason.contains("'\(key)'") || reason.contains("cannot be read") || reason.contains("format"), "\(reason)")
      }
    }
  }

  @Test("a plan writes only to the results folder that contains it")
  func place() throws {
    let scratch = try Scratch()
    try scratch.write(try plan(), to: "small/cluster/001/plan.jsonl")
    let path = scratch.path + "/small/cluster/001/plan.jsonl"
    #expect(throws: ClusterError.self) { try ClusterPlan(contentsOf: path).checkPlace(path) }
    let text = ClusterPlan.text(try head(scratch.path + "/small"), [])
    try scratch.write(text, to: "small/cluster/001/plan.jsonl")
    try ClusterPlan(contentsOf: path).checkPlace(path)
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/link", withDestinationPath: "small")
    try ClusterPlan(contentsOf: path).checkPlace(scratch.path + "/link/cluster/001/plan.jsonl")
    for results in ["../../x", "", "/"] {
      try scratch.write(text.replacing(scratch.path + "/small", with: results), to: "small/cluster/001/plan.jsonl")
      #expect(throws: ClusterError.self, "\(results)") { try ClusterPlan(contentsOf: path).checkPlace(path) }
    }
  }

  @Test("other folders next to submissions are ignored, even if their names are numbers")
  func submissions() throws {
    let scratch = try Scratch()
    for name in ["9223372036854775807", "-1", "0x1", "1", "٣٤٥", "1e3", "+12", "0000000000", "x"] {
      try scratch.write("", to: "cluster/\(name)/note")
    }
    #expect(Submission.all(in: scratch.path).isEmpty)
    #expect(Submission.next(in: scratch.path).folder == scratch.path + "/cluster/001")
    for name in ["009", "1000", "999999999"] { try scratch.write("", to: "cluster/\(name)/note") }
    #expect(
      Submission.all(in: scratch.path).map { $0.folder.split(separator: "/").last } == ["009", "1000", "999999999"])
    #expect(Submission.next(in: scratch.path).folder.hasSuffix("/1000000000"))
  }

  @Test("an implausible speed or size is measured again and does not break a forecast", arguments: numbers)
  func calibration(_ number: String) throws {
    let scratch = try Scratch()
    let path = scratch.path + "/calibration.json"
    let cell = try works(1)[0].cell
    for key in ["images_per_second", "parameters", "peak_memory_bytes"] {
      var calibration = Calibration(machine: "A", threads: 4096)
      let output = #"{"images_per_second":1000,"parameters":77,"peak_memory_bytes":4096}"#
      do {
        try calibration.add(output.replacing(try Regex("\"\(key)\":[0-9]+"), with: "\"\(key)\":\(number)"), for: cell)
      } catch ClusterError.misunderstood { continue }
      try calibration.write(path)
      guard let network = Calibration.read(path, machine: "A", threads: 4096).network(of: cell) else { continue }
      let work = try works(1)[0]
      let scaling = ThreadScaling(origin: "", speeds: [1: 1])
      let cost = CellCost(
        work, network, threads: 4096, scaling: scaling, cost: 4, training: 10_000_000, test: 10_000_000)
      let forecast = Forecast(Array(repeating: cost, count: 100), nodes: 100_000, cpus: 4096)
      #expect(forecast.seconds.isFinite && forecast.disk > 0)
    }
    let good = Calibration.Network(gradientsPerSecond: 10, parameters: 1000, memory: 5000)
    for (key, value) in [("gradientsPerSecond", "10"), ("parameters", "1000"), ("memory", "5000")] {
      var calibration = Calibration(machine: "A", threads: 2)
      calibration.networks[Calibration.key(cell)] = good
      try calibration.write(path)
      let text = try scratch.read("calibration.json")
      try scratch.write(text.replacing("\"\(key)\" : \(value)", with: "\"\(key)\" : \(number)"), to: "calibration.json")
      let read = Calibration.read(path, machine: "A", threads: 2).network(of: cell)
      #expect(read.map { (1e-3...1e12).contains($0.gradientsPerSecond) && $0.memory >= 0 } ?? true, "\(key) \(number)")
    }
  }

  @Test("an implausible speedup by threads is measured again", arguments: numbers)
  func scaling(_ number: String) throws {
    let scratch = try Scratch()
    let path = scratch.path + "/calibration.json"
    var calibration = Calibration(machine: "A", threads: 2)
    calibration.scaling = ThreadScaling(origin: "resnet", speeds: [1: 50, 2: 85])
    try calibration.write(path)
    let text = try scratch.read("calibration.json")
    for (old, new) in [(" : 85", " : \(number)"), ("\"1\" :", "\"\(number.filter { $0 != "\"" })\" :")] {
      try scratch.write(text.replacing(old, with: new), to: "calibration.json")
      let read = Calibration.read(path, machine: "A", threads: 2).scaling
      #expect(read.map { $0.speedup(2).isFinite && $0.speedup(2) > 0 && $0.speedup(4096).isFinite } ?? true)
    }
  }

  @Test("invalid progress is ignored", arguments: numbers)
  func progress(_ number: String) throws {
    let scratch = try Scratch()
    let text =
      #"{"alias":"a","epoch":3,"epochs":9,"iteration":7,"iterations":9,"loss":1.25,"imagesPerSecond":80,"secondsLeft":60}"#
    let store = RunStore(folder: scratch.path)
    let file = "work/c/progress.json"
    try scratch.write(text, to: file)
    #expect(store.work(of: "c").progress?.imagesPerSecond == 80)
    for key in ["epoch", "iterations", "loss", "imagesPerSecond", "secondsLeft"] {
      try scratch.write(text.replacing(try Regex("\"\(key)\":[0-9.]+"), with: "\"\(key)\":\(number)"), to: file)
      guard let progress = store.work(of: "c").progress else { continue }
      #expect((0...1e12).contains(progress.imagesPerSecond) && (0...1e12).contains(progress.secondsLeft))
      #expect(progress.loss.isFinite && progress.epoch >= 0)
    }
  }
}
