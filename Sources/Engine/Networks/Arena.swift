import Core
import Kernels
import Synchronization

/// Owns the buffers of a network, or of several networks of one plan that are never in use at the same time. Buffers
/// are 64-byte aligned, have slack after their last value, and live as long as a network.
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []
  /// Index of the next block to hand out.
  private var next = 0
  private(set) var bytes = 0

  /// Starts again for another network of the same plan, which gets the buffers of the first one.
  func rewind() { next = 0 }

  /// Floats set to zero, so that no pass computes with undefined values, not even in unused lanes.
  func take(_ count: Int) -> MutableFloats {
    allocate((count + loadSlack) * MemoryLayout<Float>.stride).assumingMemoryBound(to: Float.self)
  }

  func takeDoubles(_ count: Int) -> UnsafeMutablePointer<Double> {
    allocate(count * MemoryLayout<Double>.stride).assumingMemoryBound(to: Double.self)
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    defer { next += 1 }
    if next < blocks.count { return blocks[next] }
    let block = allocateAligned(bytes: size)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    blocks.append(block)
    bytes += size
    return block
  }

  deinit { for block in blocks { block.deallocate() } }
}

/// Activations, gradients and scratch of networks that are never in use at the same time. Each pass overwrites what the
/// previous one left, so networks of the same plan can share them. Ten networks of full width then fit in memory, and
/// each runs with the same caches.
package final class SharedBuffers: Sendable {
  /// Everything that determines the buffers of a network and their order.
  struct Plan: Hashable, Sendable {
    let node: Node
    let shape: Shape
    let batch, workers: Int
    let path: ConvolutionPath
    let isGated: Bool
  }

  private struct Held: @unchecked Sendable { weak var arena: Arena? }

  private let held = Mutex<[Plan: Held]>([:])

  package init() {}

  /// The arena of the first network of this plan that still exists, or a new one.
  func arena(for plan: Plan) -> Arena {
    held.withLock { held in
      if let arena = held[plan]?.arena { return arena }
      let arena = Arena()
      held[plan] = Held(arena: arena)
      return arena
    }
  }
}
