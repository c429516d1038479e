import Core
import Testing

@Suite struct VectorTests {
  /// Two blocks and a remainder that is no multiple of 8.
  private static let long = 2 * 65_536 + 37

  private func vector(_ values: [Float], workers: Int = 1) -> Vector {
    let vector = Vector(count: values.count, pool: WorkerPool(workers: workers))
    for i in values.indices { vector[i] = values[i] }
    return vector
  }

  private func random(_ count: Int, seed: UInt64, workers: Int = 1) -> Vector {
    var stream = RandomStream(seed: seed, purpose: .generation)
    return vector((0..<count).map { _ in Float(stream.normal()) }, workers: workers)
  }

  @Test("a new vector is zero and aligned to 64 bytes", arguments: [0, 1, 15, long])
  func zeros(count: Int) {
    let vector = Vector(count: count, pool: WorkerPool(workers: 1))
    #expect(vector.count == count && vector.elements.allSatisfy { $0 == 0 })
    #expect(Int(bitPattern: vector.elements.baseAddress) % 64 == 0)
  }

  @Test("every form of assignment computes its formula, element by element", arguments: [1, 2, 3])
  func assignments(workers: Int) {
    let (x, y) = (random(Self.long, seed: 1, workers: workers), random(Self.long, seed: 2, workers: workers))
    let z = Vector(count: Self.long, pool: x.pool)
    func holds(_ law: (Float, Float) -> Float) -> Bool { (0..<Self.long).allSatisfy { z[$0] == law(x[$0], y[$0]) } }
    z.assign(2.5)
    #expect(holds { _, _ in 2.5 })
    z.assign(x)
    #expect(holds { x, _ in x })
    z.assign(-3 * x)
    #expect(holds { x, _ in -3 * x })
    z.assign(x + y)
    #expect(holds { $0 + $1 })
    z.assign(x - y)
    #expect(holds { $0 - $1 })
    z.assign(x + 0.3 * y)
    #expect(holds { $0 + 0.3 * $1 })
    z.assign(x - 0.3 * y)
    #expect(holds { $0 - 0.3 * $1 })
    z.assign(0.7 * x + 0.3 * y)
    #expect(holds { 0.7 * $0 + 0.3 * $1 })
  }

  @Test("the target may appear on the right, in either place or in both")
  func aliasing() {
    let a = vector([1, 2, 3])
    let b = vector([10, 20, 30])
    a.assign(a + b)
    #expect(Array(a.readOnly) == [11, 22, 33])
    a.assign(b - a)
    #expect(Array(a.readOnly) == [-1, -2, -3])
    a.assign(a + 2 * a)
    #expect(Array(a.readOnly) == [-3, -6, -9])
    a.assign(-1 * a)
    #expect(Array(a.readOnly) == [3, 6, 9])
  }

  @Test("1 * x + 0 * y is x, so a factor of 0 adds nothing to a number other than -0")
  func neutral() {
    let x = random(1000, seed: 3)
    let y = random(1000, seed: 4)
    let z = Vector(count: 1000, pool: x.pool)
    z.assign(x + 0 * y)
    #expect((0..<1000).allSatisfy { z[$0].bitPattern == x[$0].bitPattern })
  }

  @Test("inner product and norm agree with a plain sum in double precision", arguments: [0, 1, 7, 8, 9, 1000, long])
  func dots(count: Int) {
    let (x, y) = (random(count, seed: 5), random(count, seed: 6))
    let plain = (0..<count).reduce(0.0) { $0 + Double(x[$1]) * Double(y[$1]) }
    // Products of two floats are exact in double; sums of n terms differ by n roundings at most.
    let bound = 1e-15 * Double(count + 1) * Double(count + 1).squareRoot()
    #expect(abs(x.dot(y) - plain) <= bound)
    #expect(abs(norm(x) * norm(x) - x.dot(x)) <= 1e-12 * (1 + x.dot(x)))
  }

  @Test("inner products over a range use that range only", arguments: [0..<0, 3..<4, 5..<65_541, 100..<long])
  func ranges(range: Range<Int>) {
    let (x, y) = (random(Self.long, seed: 7), random(Self.long, seed: 8))
    let (part, other) = (vector(Array(x.readOnly[range])), vector(Array(y.readOnly[range])))
    #expect(x.dot(y, in: range) == part.dot(other))
    #expect(norm(x, in: range) == norm(part))
  }

  @Test("sums have the same bits for 1, 2 and 3 workers", arguments: [100, 65_536, long, 5 * 65_536 + 1])
  func workersDoNotMatter(count: Int) {
    let bits = [1, 2, 3].map { workers in
      random(count, seed: 9, workers: workers).dot(random(count, seed: 10, workers: workers)).bitPattern
    }
    #expect(bits[0] == bits[1] && bits[0] == bits[2])
  }

  @Test("blocks cover the vector once, with the same bounds for any number of workers", arguments: [1, 2, 3])
  func blocks(workers: Int) {
    let counts = Vector(count: Self.long, pool: WorkerPool(workers: workers))
    counts.forEachBlock { block in
      for i in block { counts[i] += Float(1 + block.lowerBound / 65_536) }
    }
    #expect((0..<Self.long).allSatisfy { counts[$0] == Float(1 + $0 / 65_536) })
  }

  @Test("a sum of squares keeps its digits over many small numbers")
  func precision() {
    let x = vector(Array(repeating: 0.1, count: 1_000_000))
    let square = Double(Float(0.1)) * Double(Float(0.1))
    // In single precision such a sum is off by whole units; in double precision, 8 192 terms per lane of a block leave
    // about 1e-9.
    #expect(abs(x.dot(x) - 1e6 * square) < 1e-8)
  }

  @Test("vectors of different lengths cannot be combined")
  func lengths() async {
    await #expect(processExitsWith: .failure) {
      let pool = WorkerPool(workers: 1)
      Vector(count: 3, pool: pool).assign(Vector(count: 4, pool: pool))
    }
    await #expect(processExitsWith: .failure) {
      let pool = WorkerPool(workers: 1)
      Vector(count: 3, pool: pool).assign(Vector(count: 3, pool: pool) + Vector(count: 4, pool: pool))
    }
    await #expect(processExitsWith: .failure) {
      let pool = WorkerPool(workers: 1)
      _ = Vector(count: 3, pool: pool).dot(Vector(count: 3, pool: pool), in: 2..<4)
    }
  }
}
