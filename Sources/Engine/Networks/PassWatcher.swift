import Kernels

/// Observes on which side of a kink each value of a pass lies.
///
/// A ReLU passes a value or blocks it, a quantizer selects one of two neighboring integers; everything else is smooth.
/// If a value lies on a kink except for rounding, another program may choose the other side and be equally correct.
package protocol ForwardObserver: AnyObject {
  func passBegins(examples: Int)
  /// Outputs of a ReLU `[examples, P, C]`: those above zero passed.
  func rectified(_ y: Floats, count: Int)
  /// The result of a quantizer for each value of `v`: integers of the grid times the step.
  func rounded(_ v: Floats, to vhat: Floats, count: Int, step: Float, grid: IntegerGrid)
}

extension Operation {
  func show(_ watcher: any ForwardObserver, _ pass: Pass) { weight?.show(watcher, pass) }
}

extension BatchNormOperation {
  func show(_ watcher: any ForwardObserver, _ pass: Pass) {
    if hasReLU { watcher.rectified(output.values, count: pass.batch * output.shape.count) }
  }
}

extension ReLUOperation {
  func show(_ watcher: any ForwardObserver, _ pass: Pass) {
    watcher.rectified(output.values, count: pass.batch * output.shape.count)
  }
}

extension QuantizeOperation {
  func show(_ watcher: any ForwardObserver, _ pass: Pass) {
    watcher.rounded(
      inputs[0].values, to: output.values, count: pass.batch * output.shape.count, step: step.value(in: pass),
      grid: step.grid)
  }
}

extension LayerWeight {
  fileprivate func show(_ watcher: any ForwardObserver, _ pass: Pass) {
    guard let step else { return }
    watcher.rounded(
      pass.w + entry.range.lowerBound, to: current(pass), count: entry.range.count, step: step.value(in: pass),
      grid: step.grid)
  }
}
