import Foundation

/// Memory for arrays of numbers, 64-byte aligned, to be freed by `deallocate()`.
///
/// Large ones ask the kernel for pages of 2 MiB: kernels write 36 places at once, far apart, and with pages of 4 KiB the
/// translations of so many addresses do not fit the processor. Where the kernel grants none, they are ordinary memory.
package func allocateNumbers(bytes: Int) -> UnsafeMutableRawPointer {
  let page = 2 << 20
  guard bytes >= page else { return .allocate(byteCount: bytes, alignment: 64) }
  let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: page)
  // Whole pages only, so that not a byte more becomes resident. Advice: a refusal changes nothing but speed.
  _ = madvise(memory, bytes / page * page, MADV_HUGEPAGE)
  return memory
}
