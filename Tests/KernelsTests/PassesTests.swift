import Core
import Foundation
import Kernels
import Testing

/// <a, b> over the first `count` values.
private func dot(_ a: MutableFloats, _ b: [Float]) -> Double {
  b.indices.reduce(0) { $0 + Double(a[$1]) * Double(b[$1]) }
}

private func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }

@Suite struct PassesTests {
  /// A linear map f and its backward pass b must satisfy <f(x), d> = <x, b(d)> for all x and d.
  @Test("Average pooling and its backward pass are adjoint", arguments: [(8, 2), (4, 4), (7, 2), (6, 3)])
  func poolingAdjoint(_ plane: Int, _ size: Int) {
    let (batch, channels) = (3, 5)
    let inputs = batch * plane * plane * channels
    let outputs = batch * (plane / size) * (plane / size) * channels
    let (x, d) = (Workbench.random(inputs, seed: 1), Workbench.random(outputs, seed: 2))
    let bench = Workbench()
    let (y, dx) = (bench.buffer(count: outputs), bench.buffer(count: inputs))
    averagePoolForward(
      bench.buffer(x), batch: batch, height: plane, width: plane, channels: channels, size: size, into: y,
      pool: bench.pool)
    averagePoolBackward(
      bench.buffer(d), batch: batch, height: plane, width: plane, channels: channels, size: size, into: dx,
      adding: false, pool: bench.pool)
    #expect(abs(dot(y, d) - dot(dx, x)) < 1e-5)
    // Also the mean itself, because both passes could have the same error.
    let window = (0..<size * size).map { x[($0 / size * plane + $0 % size) * channels] }
    #expect(abs(y[0] - window.reduce(0, +) / Float(size * size)) < 1e-6)
    let sum = bench.buffer(x)
    averagePoolBackward(
      bench.buffer(d), batch: batch, height: plane, width: plane, channels: channels, size: size, into: sum,
      adding: true, pool: bench.pool)
    #expect(abs(dot(sum, x) - dot(dx, x) - dot(x, x)) < 1e-3)
  }

  @Test("A zero-padded sum and its backward pass are adjoint", arguments: [(16, 16), (21, 16), (40, 17)])
  func paddedSumAdjoint(_ channels: Int, _ residualChannels: Int) {
    let rows = 300
    let x = Workbench.random(rows * channels, seed: 1)
    let r = Workbench.random(rows * residualChannels, seed: 2)
    let d = Workbench.random(rows * channels, seed: 3)
    let bench = Workbench()
    let (y, dr) = (bench.buffer(count: x.count), bench.buffer(count: r.count))
    addPadded(
      bench.buffer(x), bench.buffer(r), rows: rows, channels: channels, residualChannels: residualChannels, into: y,
      pool: bench.pool)
    leadingChannels(
      bench.buffer(d), rows: rows, channels: channels, residualChannels: residualChannels, into: dr, adding: false,
      pool: bench.pool)
    #expect(abs(dot(y, d) - dot(x, d) - dot(dr, r)) < 1e-3)
    let sum = bench.buffer(r)
    leadingChannels(
      bench.buffer(d), rows: rows, channels: channels, residualChannels: residualChannels, into: sum, adding: true,
      pool: bench.pool)
    for i in 0..<r.count { #expect(sum[i] == dr[i] + r[i]) }
  }

  @Test("The ReLU and its backward pass", arguments: [1, 100, 70_000])
  func rectifier(_ count: Int) {
    let (x, d) = (Workbench.random(count, seed: 1), Workbench.random(count, seed: 2))
    let bench = Workbench()
    let (y, dx, sum) = (bench.buffer(count: count), bench.buffer(count: count), bench.buffer(x))
    reluForward(bench.buffer(x), count: count, into: y, pool: bench.pool)
    reluBackward(bench.buffer(d), y: y, count: count, into: dx, adding: false, pool: bench.pool)
    reluBackward(bench.buffer(d), y: y, count: count, into: sum, adding: true, pool: bench.pool)
    let isRight = (0..<count).allSatisfy { i in
      y[i] == max(x[i], 0) && dx[i] == (x[i] > 0 ? d[i] : 0) && sum[i] == x[i] + dx[i]
    }
    #expect(isRight)
  }
}

@Suite struct SoftmaxCrossEntropyTests {
  @Test("Closed forms: equal logits have loss log(classes); huge logits do not overflow and have loss 0")
  func closedForms() {
    let bench = Workbench(workers: 1)
    let logits = bench.buffer([0, 0, 0, 0, 1000, -1000, 0, 0, -1000, 1000, 0, 0])
    let losses = bench.buffer(count: 3)
    let correct = crossEntropyForward(logits, labels: [2, 0, 0], count: 3, classes: 4, losses: losses)
    #expect(abs(losses[0] - Float(log(4.0))) < 1e-6 && losses[1] == 0 && losses[2] == 2000)
    #expect(correct == 1)
  }

  @Test("The first of equal logits is the answer")
  func first() {
    let bench = Workbench(workers: 1)
    let (logits, losses) = (bench.buffer([2, 5, 5, 1]), bench.buffer(count: 1))
    let correct = (0..<4).map { crossEntropyForward(logits, labels: [$0], count: 1, classes: 4, losses: losses) }
    #expect(correct == [0, 1, 0, 0])
  }

  @Test("The gradient is the derivative of the mean loss, and each example's sums to zero")
  func gradient() {
    let (count, classes) = (5, 7)
    let values = Workbench.random(count * classes, seed: 1).map { 4 * $0 }
    let labels = (0..<count).map { Int32($0 * 3 % classes) }
    let bench = Workbench(workers: 1)
    let (d, losses) = (bench.buffer(count: values.count), bench.buffer(count: count))
    crossEntropyBackward(bench.buffer(values), labels: labels, count: count, classes: classes, into: d)
    func loss(_ values: [Float]) -> Double {
      _ = crossEntropyForward(bench.buffer(values), labels: labels, count: count, classes: classes, losses: losses)
      return (0..<count).reduce(0) { $0 + Double(losses[$1]) } / Double(count)
    }
    for i in values.indices {
      var (up, down) = (values, values)
      up[i] += 0.02
      down[i] -= 0.02
      #expect(abs((loss(up) - loss(down)) / Double(up[i] - down[i]) - Double(d[i])) < 1e-4)
    }
    for k in 0..<count { #expect(abs((0..<classes).reduce(Float(0)) { $0 + d[k * classes + $1] }) < 1e-6) }
  }

  /// weight / n * T^2 * KL(softmax(target / T) || softmax(logits / T)) has the gradient weight * T / n * (q - p).
  @Test("The trajectory term is the derivative of the tempered divergence", arguments: [1.0, 5.0])
  func trajectory(_ temperature: Double) {
    let (count, classes, weight) = (3, 6, 0.3)
    let now = Workbench.random(count * classes, seed: 1).map { 3 * $0 }
    let past = Workbench.random(count * classes, seed: 2).map { 3 * $0 }
    let bench = Workbench(workers: 1)
    let d = bench.buffer([Float](repeating: 1, count: now.count))
    trajectoryBackward(
      bench.buffer(now), target: bench.buffer(past), count: count, classes: classes, temperature: temperature,
      weight: weight, addingTo: d)
    func softmax(_ values: ArraySlice<Float>) -> [Double] {
      let e = values.map { exp(Double($0) / temperature) }
      return e.map { $0 / e.reduce(0, +) }
    }
    func term(_ now: [Float]) -> Double {
      (0..<count).reduce(0) { sum, k in
        let rows = k * classes..<(k + 1) * classes
        let (p, q) = (softmax(past[rows]), softmax(now[rows]))
        return sum + zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
      } * weight * temperature * temperature / Double(count)
    }
    for i in now.indices {
      var (up, down) = (now, now)
      up[i] += 0.01
      down[i] -= 0.01
      #expect(abs((term(up) - term(down)) / Double(up[i] - down[i]) + 1 - Double(d[i])) < 1e-4)
    }
  }
}
