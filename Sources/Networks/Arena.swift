import Kernels
import Tensors

/// Owns a network's buffers, 64-byte aligned and each with slack behind it, for as long as the network lives.
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []
  private(set) var bytes = 0

  /// Zeros: nobody ever computes with what memory happened to hold, not even in unused lanes.
  func take(_ count: Int) -> MutableFloats {
    allocate((count + loadSlack) * MemoryLayout<Float>.stride).assumingMemoryBound(to: Float.self)
  }

  func takeDoubles(_ count: Int) -> UnsafeMutablePointer<Double> {
    allocate(count * MemoryLayout<Double>.stride).assumingMemoryBound(to: Double.self)
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    let block = allocateNumbers(bytes: size)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    blocks.append(block)
    bytes += size
    return block
  }

  deinit { for block in blocks { block.deallocate() } }
}
