import Kernels

/// A ReLU that can repeat the choices of an earlier pass: a value passes if it passed then, whatever its sign is now.
///
/// With repeated choices the network is a smooth function of its weights. Its second derivatives are those that
/// automatic differentiation computes for a ReLU network, which leave out the kinks.
final class GatedReLUOperation: Binding, Operation {
  /// Whether passes repeat the gates instead of setting them.
  var isHeld = false
  /// 1 where the value passes, else 0: `[batch, P, C]`.
  private var gates: UnsafeMutableBufferPointer<UInt8> = .init(start: nil, count: 0)

  deinit { gates.deallocate() }

  /// Allocates the gates, once.
  func plan(batch: Int) {
    gates = .allocate(capacity: batch * output.shape.count)
    gates.initialize(repeating: 0)
  }

  func forward(_ pass: Pass) {
    let count = pass.batch * output.shape.count
    let gates = gates.baseAddress!
    if !isHeld { signs(inputs[0].values, count: count, into: gates, pool: pass.pool) }
    gate(inputs[0].values, gates, count: count, into: output.values, adding: false, pool: pass.pool)
  }

  func backward(_ pass: Pass) {
    guard inputs[0].slot != nil else { return }
    gate(
      output.gradient, gates.baseAddress!, count: pass.batch * output.shape.count, into: inputs[0].gradient,
      adding: adds[0], pool: pass.pool)
  }

  func show(_ watcher: any ForwardObserver, _ pass: Pass) {
    watcher.rectified(output.values, count: pass.batch * output.shape.count)
  }
}
