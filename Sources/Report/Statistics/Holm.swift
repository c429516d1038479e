/// p-values adjusted to control the family-wise error rate (Holm 1979), in the given order.
package func holmAdjusted(_ probabilities: [Double]) -> [Double] {
  let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
  var adjusted = probabilities
  var largest = 0.0
  for (rank, index) in order.enumerated() {
    largest = max(largest, min(1, Double(order.count - rank) * probabilities[index]))
    adjusted[index] = largest
  }
  return adjusted
}
