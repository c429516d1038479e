import Core
import Testing

/// Each element encodes its coordinates as a number, so that an order can be read from the exported values.
@Suite struct ParameterLayoutTests {
  private func exported(_ role: ParameterEntry.Role, offset: Int = 2, _ own: [Float]) -> (ParameterEntry, [Float]) {
    let entry = ParameterEntry(name: "t", role: role, range: offset..<offset + own.count)
    let whole = Array(repeating: Float(-1), count: offset) + own + [-1]
    return (entry, whole.withUnsafeBufferPointer { entry.exported(from: $0) })
  }

  @Test("a convolution kept as [kernel, kernel, in, out] is exported as [out, in, kernel, kernel]")
  func convolution() {
    let (k, input, output) = (3, 2, 4)
    var own: [Float] = []
    for y in 0..<k { for x in 0..<k { for i in 0..<input { for o in 0..<output { own.append(code(o, i, y, x)) } } } }
    let (entry, values) = exported(.convolution(kernel: k, input: input, output: output), own)
    var expected: [Float] = []
    for o in 0..<output {
      for i in 0..<input { for y in 0..<k { for x in 0..<k { expected.append(code(o, i, y, x)) } } }
    }
    #expect(values == expected)
    #expect(entry.exportShape == [4, 2, 3, 3])
  }

  @Test("a depthwise convolution kept as [kernel, kernel, channels] is exported as [channels, 1, kernel, kernel]")
  func depthwise() {
    var own: [Float] = []
    for y in 0..<3 { for x in 0..<3 { for c in 0..<5 { own.append(code(c, 0, y, x)) } } }
    let (entry, values) = exported(.depthwise(kernel: 3, channels: 5), own)
    var expected: [Float] = []
    for c in 0..<5 { for y in 0..<3 { for x in 0..<3 { expected.append(code(c, 0, y, x)) } } }
    #expect(values == expected)
    #expect(entry.exportShape == [5, 1, 3, 3])
  }

  @Test("a classifier kept as [in, out] is exported as [out, in]")
  func linear() {
    let (entry, values) = exported(.linear(input: 3, output: 2), [0, 10, 1, 11, 2, 12])
    #expect(values == [0, 1, 2, 10, 11, 12])
    #expect(entry.exportShape == [2, 3])
  }

  @Test("scales, offsets and biases are exported unchanged", arguments: [ParameterEntry.Role.scale, .offset, .bias])
  func plain(role: ParameterEntry.Role) {
    let (entry, values) = exported(role, [3, 1, 2])
    #expect(values == [3, 1, 2] && entry.exportShape == [3])
  }

  @Test(
    "exported values return to their places, and nothing else changes",
    arguments: [
      ParameterEntry.Role.convolution(kernel: 3, input: 2, output: 4), .depthwise(kernel: 3, channels: 5),
      .linear(input: 3, output: 2), .bias,
    ])
  func takenBack(role: ParameterEntry.Role) {
    let count =
      switch role {
      case .convolution: 72
      case .depthwise: 45
      default: 6
      }
    let own = (0..<count).map { Float($0 + 1) }
    let (entry, values) = exported(role, own)
    var whole = Array(repeating: Float(-1), count: count + 3)
    whole.withUnsafeMutableBufferPointer { entry.take(values, into: $0) }
    #expect(whole == [-1, -1] + own + [-1])
  }

  @Test("a layout ends with its last entry; a space makes vectors of that length")
  func counts() {
    let entries = [
      ParameterEntry(name: "a", role: .scale, range: 0..<3), ParameterEntry(name: "b", role: .bias, range: 3..<5),
    ]
    let layout = ParameterLayout(entries: entries, tail: 3..<5)
    #expect(layout.count == 5 && ParameterLayout(entries: [], tail: 0..<0).count == 0)
    #expect(ParameterSpace(layout: layout, pool: WorkerPool(workers: 1)).zeros().count == 5)
  }

  private func code(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Float { Float(((a * 10 + b) * 10 + c) * 10 + d) }
}
