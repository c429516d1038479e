import Core
import Datasets
import Methods
import Records
import Testing

@testable import Training

extension ArrayTree {
  func values(_ name: String) -> StoredArray.Values? { datasets.first { $0.name == name }?.values }
  func group(_ name: String) -> [StoredArray] { groups.first { $0.name == name }?.datasets ?? [] }
  var samples: [Int32] { if case .int32(let values)? = values("samples") { values } else { [] } }
  var draws: [Int8] { if case .int8(let values)? = values("draws") { values } else { [] } }
  var passes: [Int32] { if case .int32(let values)? = values("passes") { values } else { [] } }
  var sides: [UInt8] { if case .uint8(let values)? = values("sides") { values } else { [] } }
  var snapshots: [StoredArray] { group("parameters") + group("buffers") }
  func decision(_ name: String) -> StoredArray? { group("decisions").first { $0.name == name } }
}

extension StoredArray {
  var floats: [Float] { if case .float(let values) = values { values } else { [] } }
  var doubles: [Double] { if case .double(let values) = values { values } else { [] } }
  var bytes: [UInt8] { if case .uint8(let values) = values { values } else { [] } }
}

/// Two epochs of 84 images in batches of 16, the last one of 4: twelve steps.
@Suite struct AuditTests {
  @Test("An audit changes no bit of a run", arguments: ["sgd", "esam", "vsam", "mesa"])
  func harmless(_ name: String) throws {
    let method = try #require(MethodCatalogue.named(name))
    let without = try SmallRun(method: method).train()
    let with = try SmallRun(method: method, isAudited: true).train()
    let areEqual = with.bits == without.bits
    #expect(areEqual)
    #expect(with.trace("loss").map(\.bitPattern) == without.trace("loss").map(\.bitPattern))
    #expect(without.audit == nil && with.audit != nil)
  }

  @Test("It contains the dataset index and the augmentation of every example, with short batches padded")
  func examples() throws {
    let audit = try #require(try SmallRun(isAudited: true).train().audit)
    #expect(audit.datasets.first?.shape == [12, 16])
    #expect(audit.samples.count == 12 * 16 && audit.draws.count == 12 * 16 * 6)
    let augmentation = Augmentation(padding: 4, flips: true, cutout: 16, cutoutProbability: 0.5)
    for epoch in 0..<2 {
      let order = TrainingBatches.order(count: 84, seed: 3, epoch: epoch)
      for position in 0..<96 {
        let i = epoch * 96 + position
        let isFiller = position >= 84
        #expect(audit.samples[i] == (isFiller ? -1 : order[position]))
        let draw = Array(audit.draws[i * 6..<(i + 1) * 6])
        let expected = isFiller ? nil : augmentation.draw(seed: 3, epoch: epoch, index: Int(order[position])).values
        #expect(draw == expected ?? Array(repeating: 0, count: 6))
      }
    }
  }

  @Test("Weights and statistics are recorded from start to end, in PyTorch's layout")
  func snapshots() throws {
    let outcome = try SmallRun(isAudited: true).train()
    let audit = try #require(outcome.audit)
    #expect(audit.group("parameters").map(\.name) == outcome.parameters.map(\.name))
    var offset = 0
    for (kept, end) in zip(audit.snapshots, outcome.parameters + outcome.buffers) {
      #expect(kept.shape == [13] + end.shape)
      let last = Array(kept.floats.suffix(end.values.count))
      #expect(last.map(\.bitPattern) == end.values.map(\.bitPattern), "\(end.name)")
    }
    for kept in audit.group("parameters") {
      #expect(kept.offset == offset)
      offset += kept.floats.count / 13
    }
    let scale = try #require(audit.group("parameters").first { $0.name == "bn1.weight" })
    #expect(scale.floats.prefix(16).allSatisfy { $0 == 1 } && !scale.floats.suffix(16).contains(1))
  }

  @Test("A run that stops early has rows for its completed steps")
  func early() throws {
    let audit = try #require(
      try SmallRun(method: VSAM.self, given: ["start": 2], isAudited: true).train {
        $0.iteration == 4 ? .stop : .proceed
      }.audit)
    #expect(audit.datasets.first?.shape == [4, 16] && audit.samples.count == 64)
    #expect(audit.group("parameters").allSatisfy { $0.shape[0] == 5 })
    let draws = try #require(audit.decision("draws")).doubles
    #expect(draws.count == 4 && draws[0].isNaN && draws[1].isNaN && (0..<1).contains(draws[2]))
  }

  @Test("A resumed run has the audit of an uninterrupted one", arguments: [1, 5, 6, 11])
  func continued(_ stop: Int) throws {
    let run = SmallRun(method: ESAM.self, isAudited: true)
    let whole = try #require(try run.train().audit)
    let first = try run.trainer()
    for _ in 1...stop { _ = first.advance() }
    let second = try run.trainer()
    try second.restore(first.state())
    let audit = try #require(second.run { _ in .proceed }.record.audit)
    #expect(
      audit.samples == whole.samples && audit.draws == whole.draws && audit.decision("masks") == whole.decision("masks")
    )
    let areSidesEqual = audit.sides == whole.sides
    #expect(audit.passes == whole.passes && areSidesEqual)
    for (mine, other) in zip(audit.snapshots, whole.snapshots) {
      #expect(mine.shape == other.shape)
      let areEqual = mine.floats.map(\.bitPattern) == other.floats.map(\.bitPattern)
      #expect(areEqual, "\(mine.name)")
    }
  }

  @Test("An audited run cannot resume from a state without an audit")
  func mixed() throws {
    let first = try SmallRun().trainer()
    _ = first.advance()
    let second = try SmallRun(isAudited: true).trainer()
    #expect(throws: TrainingStateError.self) { try second.restore(first.state()) }
  }

  @Test("vSAM's recorded draws and its probability reproduce its decisions")
  func draws() throws {
    let outcome = try SmallRun(
      method: VSAM.self, given: ["start": 2, "policy": "constant", "initial": 25, "window": 50], isAudited: true
    ).train()
    let draws = try #require(outcome.audit?.decision("draws")).doubles
    #expect(draws.map { $0.isNaN || $0 < 0.5 ? 1 : 0 } == outcome.trace("sampled"))
    #expect(Set(outcome.trace("sampled")) == [0, 1])
  }

  @Test("ESAM's masks exclude whole tensors, and half of each batch is selected")
  func masks() throws {
    let outcome = try SmallRun(method: ESAM.self, isAudited: true).train()
    let audit = try #require(outcome.audit)
    let masks = try #require(audit.decision("masks"))
    let selected = try #require(audit.decision("selected"))
    let tensors = outcome.parameters.count
    #expect(masks.shape[1] == (tensors + 7) / 8 && masks.bytes.count == 12 * masks.shape[1])
    let share = Double(masks.bytes.reduce(0) { $0 + $1.nonzeroBitCount }) / Double(12 * tensors)
    #expect(abs(share - 0.6) < 0.1)
    let counts = (0..<12).map { i in selected.bytes[i * 2..<i * 2 + 2].reduce(0) { $0 + $1.nonzeroBitCount } }
    #expect(counts == [8, 8, 8, 8, 8, 2, 8, 8, 8, 8, 8, 2])
  }

  @Test("ESAM's masks per weight select the weights that are perturbed")
  func weightMasks() throws {
    let outcome = try SmallRun(method: ESAM.self, given: ["masks": "weight"], isAudited: true).train()
    let masks = try #require(outcome.audit?.decision("masks"))
    let count = outcome.parameters.reduce(0) { $0 + $1.values.count }
    #expect(masks.shape[1] == (count + 7) / 8)
    let share = Double(masks.bytes.reduce(0) { $0 + $1.nonzeroBitCount }) / Double(12 * count)
    #expect(abs(share - 0.6) < 0.01)
  }

  @Test("Every training pass records one bit per ReLU output, and evaluation records none")
  func sides() throws {
    let audit = try #require(try SmallRun(method: SAM.self, isAudited: true).train().audit)
    // Depth 10: a stem and two ReLUs per block, at 32, 32, 16, 8 and 4 pixels.
    let bytes = (3 * 16 * 1024 + 2 * 32 * 256 + 2 * 64 * 64 + 2 * 128 * 16) / 8
    let counts = [16, 16, 16, 16, 16, 4]
    var expected: [Int32] = []
    var first = 0
    for i in 0..<12 {
      for _ in 0..<2 {
        expected += [Int32(i + 1), Int32(counts[i % 6]), Int32(first)]
        first += counts[i % 6] * bytes
      }
    }
    #expect(audit.passes == expected)
    #expect(audit.sides.count == first)
    let passed = audit.sides.reduce(0) { $0 + $1.nonzeroBitCount }
    #expect((0.3...0.7).contains(Double(passed) / Double(8 * first)))
  }
}
