import Kernels

/// Sees on which side of a kink a pass took each of its values.
///
/// A rectifier lets a value pass or stops it, a quantiser takes one of two neighbouring integers; all else is smooth.
/// Where a value lies on a kink but for rounding, another program may take the other side and be as right.
package protocol PassWatcher: AnyObject {
  func passBegins(examples: Int)
  /// Outputs of a rectifier `[examples, P, C]`: those above zero passed.
  func rectified(_ y: Floats, count: Int)
  /// What a quantiser made of `v`, value by value: integers of the grid times the step.
  func rounded(_ v: Floats, to vhat: Floats, count: Int, step: Float, grid: IntegerGrid)
}

extension Operation {
  func show(_ watcher: any PassWatcher, _ pass: Pass) { weight?.show(watcher, pass) }
}

extension BatchNormOperation {
  func show(_ watcher: any PassWatcher, _ pass: Pass) {
    if isRectified { watcher.rectified(output.values, count: pass.batch * output.shape.count) }
  }
}

extension RectifierOperation {
  func show(_ watcher: any PassWatcher, _ pass: Pass) {
    watcher.rectified(output.values, count: pass.batch * output.shape.count)
  }
}

extension QuantizeOperation {
  func show(_ watcher: any PassWatcher, _ pass: Pass) {
    watcher.rounded(
      inputs[0].values, to: output.values, count: pass.batch * output.shape.count, step: step.value(in: pass),
      grid: step.grid)
  }
}

extension LayerWeight {
  fileprivate func show(_ watcher: any PassWatcher, _ pass: Pass) {
    guard let step else { return }
    watcher.rounded(
      pass.w + entry.range.lowerBound, to: current(pass), count: entry.range.count, step: step.value(in: pass),
      grid: step.grid)
  }
}
