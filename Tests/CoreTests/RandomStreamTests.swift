import Testing

@testable import Core

@Suite("Random streams")
struct RandomStreamTests {
  /// Random123 (D. E. Shaw Research), tests/kat_vectors, lines "philox4x32 10".
  @Test(
    "Philox reproduces its authors' known answers",
    arguments: [
      (
        [0, 0, 0, 0, 0, 0] as [UInt32], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8] as [UInt32]
      ),
      (
        [.max, .max, .max, .max, .max, .max], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344, 0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ])
  func knownAnswers(input: [UInt32], output: [UInt32]) {
    let block = philox((input[0], input[1], input[2], input[3]), key: (input[4], input[5]))
    #expect([block.0, block.1, block.2, block.3] == output)
  }

  private func draws(_ stream: RandomStream, _ count: Int = 8) -> [UInt64] {
    var stream = stream
    return (0..<count).map { _ in stream.next() }
  }

  @Test("a stream consists of the words of its blocks, two per number, the lower word first")
  func words() {
    let seed: UInt64 = 5 << 32 | 6
    let blocks = [UInt32(0), 1].map { philox(($0, 8, 7, RandomStream.Purpose.order.rawValue), key: (6, 5)) }
    let expected = blocks.flatMap { [UInt64($0.1) << 32 | UInt64($0.0), UInt64($0.3) << 32 | UInt64($0.2)] }
    #expect(draws(RandomStream(seed: seed, purpose: .order, epoch: 7, index: 8), 4) == expected)
  }

  @Test("each seed, purpose, epoch and index names a separate stream")
  func streams() {
    let streams = [
      RandomStream(seed: 1, purpose: .order), RandomStream(seed: 2, purpose: .order),
      RandomStream(seed: 1 << 32, purpose: .order), RandomStream(seed: 1, purpose: .sampling),
      RandomStream(seed: 1, purpose: .order, epoch: 1), RandomStream(seed: 1, purpose: .order, index: 1),
    ]
    let values = streams.flatMap { draws($0) }
    #expect(Set(values).count == values.count)
    #expect(draws(streams[0]) == draws(RandomStream(seed: 1, purpose: .order)))
  }

  @Test("a permutation contains every index once", arguments: [0, 1, 2, 7, 1000])
  func permutation(count: Int) {
    var stream = RandomStream(seed: 3, purpose: .order)
    #expect(stream.permutation(of: count).sorted() == Array(0..<Int32(count)))
  }

  @Test("every order of four is equally likely")
  func uniformPermutations() {
    var stream = RandomStream(seed: 4, purpose: .order)
    var counts: [[Int32]: Int] = [:]
    for _ in 0..<24_000 { counts[stream.permutation(of: 4), default: 0] += 1 }
    #expect(counts.count == 24)
    // Expected 1000 each, standard deviation 31.
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 155 })
  }

  @Test("integers stay below their bound and reach every value", arguments: [1, 2, 9, 32, 1000])
  func integers(bound: Int) {
    var stream = RandomStream(seed: 5, purpose: .masks)
    let values = (0..<20_000).map { _ in stream.integer(below: bound) }
    #expect(Set(values) == Set(0..<bound))
  }

  @Test("uniform numbers lie in [0, 1) with mean 1/2 and variance 1/12")
  func uniform() {
    var stream = RandomStream(seed: 6, purpose: .masks)
    let values = (0..<100_000).map { _ in stream.uniform() }
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    let mean = values.reduce(0, +) / 100_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    // Five standard errors: 5 * sqrt(1/12) / sqrt(100000), and 5 * sqrt(1/180) / sqrt(100000).
    #expect(abs(mean - 0.5) < 0.0046 && abs(variance - 1.0 / 12) < 0.0012)
  }

  @Test("normal numbers have mean 0, variance 1 and a normal share beyond two")
  func normal() {
    var stream = RandomStream(seed: 7, purpose: .initialization)
    let values = (0..<100_000).map { _ in stream.normal() }
    let mean = values.reduce(0, +) / 100_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    let beyond = Double(values.filter { abs($0) > 2 }.count) / 100_000
    #expect(abs(mean) < 0.016 && abs(variance - 1) < 0.023 && abs(beyond - 0.0455) < 0.0033)
  }
}
