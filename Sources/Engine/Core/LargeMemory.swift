import Foundation

/// Allocates memory for arrays of numbers, 64-byte aligned; free it with `deallocate()`.
///
/// Large blocks request pages of 2 MiB: the Winograd transforms write to 36 distant places at once, and with pages of 4
/// KiB so many address translations exceed the TLB. If the operating system refuses, the pages are ordinary ones.
package func allocateAligned(bytes: Int) -> UnsafeMutableRawPointer {
  let page = 2 << 20
  guard bytes >= page else { return .allocate(byteCount: bytes, alignment: 64) }
  let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: page)
  // Whole pages only, so that not one byte more becomes resident. This is advice: a refusal affects only the speed.
  _ = madvise(memory, bytes / page * page, MADV_HUGEPAGE)
  return memory
}
