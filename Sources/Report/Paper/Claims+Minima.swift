import Records
import Reports

extension Claims {
  /// Eq. 6 and Lemma 1 for the probed runs, with batch statistics as in a SAM step.
  var secondOrder: Finding {
    let runs = Report.probed(tables).map(\.probes).filter { $0.number("eq6_error", .batch) != nil }
    func range(_ value: (ProbeRecord) -> Double?) -> (low: Double, high: Double)? {
      let values = runs.compactMap(value)
      guard let low = values.min(), let high = values.max() else { return nil }
      return (low, high)
    }
    func looseness(_ probes: ProbeRecord) -> Double? {
      guard let bound = probes.number("lemma1_bound", .batch), let norm = probes.number("lemma1_norm", .batch) else {
        return nil
      }
      return bound / norm
    }
    guard let error = range({ $0.number("eq6_error", .batch) }), let order = range({ $0.number("eq6_order", .batch) }),
      let ratio = range(looseness), let lowest = range({ $0.number("lambda_min", .batch) })
    else { return Finding(word: .notRun, evidence: "no stored Hessian-vector products or eigenvalues") }
    func said(_ range: (low: Double, high: Double), decimals: Int) -> String {
      let (low, high) = (range.low.text(decimals: decimals), range.high.text(decimals: decimals))
      return low == high ? low : "\(low) to \(high)"
    }
    // The remainder in Eq. 6 is of second order in rho, so its ratio to PSF is of first order.
    let holds = order.low > 0.5 && ratio.low >= 1
    let fails = order.high < 0.5 || ratio.high < 1
    let indefinite = runs.count { ($0.number("lambda_min", .batch) ?? 0) < 0 }
    return Finding(
      word: holds ? .reproduced : fails ? .differs : .inconclusive,
      evidence: "n = \(runs.count) probed runs: at rho, PSF differs from rho H g/|g| by "
        + "\(said((100 * error.low, 100 * error.high), decimals: 0)) %, and the difference shrinks with rho to the "
        + "power \(said(order, decimals: 1)) (1 expected). The bound of Lemma 1 is \(said(ratio, decimals: 1)) times the "
        + "norm; its premise, a positive definite Hessian, fails in \(indefinite) of \(runs.count) (lowest eigenvalue "
        + "\(lowest.low.digits))")
  }
}
