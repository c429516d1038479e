import Kernels
import Synchronization
import Tensors

/// Owns the buffers of a network, or of several of one plan of which one at a time is in use; 64-byte aligned and each with
/// slack behind it, for as long as a network lives.
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []
  /// The next one to be handed out.
  private var next = 0
  private(set) var bytes = 0

  /// Another network of the same plan begins to ask for its buffers, and gets those of the first one.
  func rewind() { next = 0 }

  /// Zeros: nobody ever computes with what memory happened to hold, not even in unused lanes.
  func take(_ count: Int) -> MutableFloats {
    allocate((count + loadSlack) * MemoryLayout<Float>.stride).assumingMemoryBound(to: Float.self)
  }

  func takeDoubles(_ count: Int) -> UnsafeMutablePointer<Double> {
    allocate(count * MemoryLayout<Double>.stride).assumingMemoryBound(to: Double.self)
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    defer { next += 1 }
    if next < blocks.count { return blocks[next] }
    let block = allocateNumbers(bytes: size)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    blocks.append(block)
    bytes += size
    return block
  }

  deinit { for block in blocks { block.deallocate() } }
}

/// Activations, gradients and scratch of networks that are never in use at the same time: what one pass leaves there the
/// next one overwrites, so networks of the same plan can have them in common. Ten of full width then fit in memory, and each
/// meets the same caches.
package final class SharedBuffers: Sendable {
  /// What decides which buffers a network asks for, and in which order.
  struct Plan: Hashable, Sendable {
    let node: Node
    let shape: Shape
    let batch, workers: Int
    let path: ConvolutionPath
  }

  private struct Held: @unchecked Sendable { weak var arena: Arena? }

  private let held = Mutex<[Plan: Held]>([:])

  package init() {}

  /// That of the first network of this plan that is still there.
  func arena(for plan: Plan) -> Arena {
    held.withLock { held in
      if let arena = held[plan]?.arena { return arena }
      let arena = Arena()
      held[plan] = Held(arena: arena)
      return arena
    }
  }
}
