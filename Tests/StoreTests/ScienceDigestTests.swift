import Records
import Store
import Testing

@Suite struct ScienceDigestTests {
  let record = RunRecord.sample()

  @Test("The digest does not depend on the clock, the machine and the labels") func same() {
    var other = record
    (other.result.timing.trainingSeconds, other.result.timing.imagesPerSecond) = (99, 1)
    (other.result.timing.isValid, other.result.timing.note) = (false, "stopped")
    (other.result.timing.threads, other.result.timing.machine) = (1, "other")
    other.provenance = []
    other.alias = "table1 vSAM 0.13"
    other.suite = "table1"
    other.epochs[1].values = [9, 9, 9]
    other.traces.removeAll(where: \.isAddedLater)
    #expect(other.traces.count == record.traces.count - 1, "a trace introduced later, which older cells lack")
    #expect(other.scienceDigest == record.scienceDigest)
  }

  static let changes: [(String, @Sendable (inout RunRecord) -> Void)] = [
    ("recipe", { $0.configJSON += " " }),
    ("data", { $0.data.fingerprint = "beef" }),
    ("trace", { $0.traces[0].values[7] = $0.traces[0].values[7].nextUp }),
    ("trace's name", { $0.traces[0].name = "lost" }),
    ("window", { $0.windows[1].values[0] = 0 }),
    ("epoch", { $0.epochs[0].values[0] = 41 }),
    ("status", { $0.result.status = .diverged(iteration: 40) }),
    ("accuracy", { $0.result.testAccuracyLast = 57 }),
    ("count", { $0.result.samplingNumber += 1 }),
    ("degenerate steps", { $0.result.degenerateIterations = 1 }),
    ("prediction", { $0.predictions[0] = 1 }),
    ("weight", { $0.parameters[0].values[5] = 0 }),
    ("shape", { $0.parameters[0].shape = [3, 2, 1, 1] }),
    ("buffer", { $0.buffers[0].values[0] = 0 }),
  ]

  @Test("A different number anywhere gives a different digest", arguments: changes.indices)
  func different(_ index: Int) {
    var other = record
    Self.changes[index].1(&other)
    #expect(other.scienceDigest != record.scienceDigest, "\(Self.changes[index].0)")
  }
}
