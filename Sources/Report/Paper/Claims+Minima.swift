import Records
import Reports

extension Claims {
  /// Eq. 6 and Lemma 1 for the probed runs, with batch statistics as in a SAM step.
  var secondOrder: Finding {
    let probed = Report.probed(tables).map(\.probes).filter { $0.number("eq6_error", .batch) != nil }
    guard !probed.isEmpty else {
      return Finding(word: .notRun, evidence: "no stored Hessian-vector products or eigenvalues")
    }
    let runs = probed.filter(\.isReadable)
    guard !runs.isEmpty else { return unreadable(probed) }
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
      let ratio = range(looseness), let lowest = range({ $0.number("lambda_min", .batch) }),
      let heldOrder = range({ $0.number("eq6_held_order", .batch) }),
      let productError = range({ $0.number("difference_error", .batch) })
    else { return unreadable(probed) }
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
        + "power \(said(order, decimals: 1)) (1 expected; \(said(heldOrder, decimals: 1)) if every ReLU stays on its side, "
        + "so that the loss is smooth). H g is known to "
        + "\(said((100 * productError.low, 100 * productError.high), decimals: 1)) %. The bound of Lemma 1 is \(said(ratio, decimals: 1)) times the "
        + "norm; its premise, a positive definite Hessian, fails in \(indefinite) of \(runs.count) (lowest eigenvalue "
        + "\(lowest.low.digits))")
  }

  private func unreadable(_ runs: [ProbeRecord]) -> Finding {
    let errors = runs.compactMap { $0.number("difference_error", .batch) }
    let known = errors.isEmpty ? "" : " (\((100 * (errors.min() ?? 0)).text(decimals: 0)) % at best)"
    return Finding(
      word: .inconclusive,
      evidence:
        "n = \(runs.count) probed runs, none of which can be read: either the Hessian product changes by more than "
        + "\((100 * largestProductError).text(decimals: 0)) % if the difference step is halved\(known), or fewer than two "
        + "radii have an error of PSF above its noise and below 50 %, so that no power of rho can be read")
  }
}

/// The largest `difference_error` at which Eq. 6 is judged. The order is read from errors of PSF that are five times
/// that of the Hessian product, and at most a half, so that terms of higher order do not matter: above 0.1, there are
/// none.
private let largestProductError = 0.1

extension ProbeRecord {
  fileprivate var isReadable: Bool {
    guard let error = number("difference_error", .batch), error <= largestProductError else { return false }
    return number("eq6_order", .batch) != nil && number("eq6_held_order", .batch) != nil
  }
}
