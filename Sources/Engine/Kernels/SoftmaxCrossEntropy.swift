import Foundation

/// Cross-entropy of each example and the number of correct answers.
///
///     losses[k] = log(sum over c of exp(logits[k, c])) - logits[k, label[k]]
///
/// - Parameters:
///   - logits: `[n, classes]`.
///   - losses: `[n]`, overwritten.
/// - Returns: the number of examples whose largest logit (the first of equal ones) is that of their label.
///
/// The largest logit is subtracted first, so that nothing overflows. Sums are in double precision.
package func crossEntropyForward(
  _ logits: Floats, labels: UnsafePointer<Int32>, count: Int, classes: Int, losses: MutableFloats
) -> Int {
  var correct = 0
  for k in 0..<count {
    let row = logits + k * classes
    let (top, logSum) = logSumExp(row, classes: classes, temperature: 1)
    losses[k] = Float(logSum - Double(row[Int(labels[k])]))
    if top == Int(labels[k]) { correct += 1 }
  }
  return correct
}

/// Gradient of the mean cross-entropy: (softmax - onehot) / n.
package func crossEntropyBackward(
  _ logits: Floats, labels: UnsafePointer<Int32>, count: Int, classes: Int, into dlogits: MutableFloats
) {
  for k in 0..<count {
    let (row, d) = (logits + k * classes, dlogits + k * classes)
    let (_, logSum) = logSumExp(row, classes: classes, temperature: 1)
    for c in 0..<classes {
      let probability = exp(Double(row[c]) - logSum)
      d[c] = Float((probability - (c == Int(labels[k]) ? 1 : 0)) / Double(count))
    }
  }
}

/// Adds the gradient of SAF's and MESA's term to `dlogits`: (weight * temperature / n) * (q - p), where
/// p = softmax(target / temperature) and q = softmax(logits / temperature).
package func trajectoryBackward(
  _ logits: Floats, target: Floats, count: Int, classes: Int, temperature: Double, weight: Double,
  addingTo dlogits: MutableFloats
) {
  let factor = weight * temperature / Double(count)
  for k in 0..<count {
    let (row, past, d) = (logits + k * classes, target + k * classes, dlogits + k * classes)
    let (_, now) = logSumExp(row, classes: classes, temperature: temperature)
    let (_, then) = logSumExp(past, classes: classes, temperature: temperature)
    for c in 0..<classes {
      let q = exp(Double(row[c]) / temperature - now)
      let p = exp(Double(past[c]) / temperature - then)
      d[c] += Float(factor * (q - p))
    }
  }
}

/// The index of the largest value, and log(sum of exp(values / temperature)).
func logSumExp(_ values: Floats, classes: Int, temperature: Double) -> (top: Int, logSum: Double) {
  var top = 0
  for c in 1..<max(classes, 1) where values[c] > values[top] { top = c }
  let largest = Double(values[top]) / temperature
  var sum = 0.0
  for c in 0..<classes { sum += exp(Double(values[c]) / temperature - largest) }
  return (top, largest + log(sum))
}
