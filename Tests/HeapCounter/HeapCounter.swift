// Counts the heap allocations of a program. Loaded before the C library (LD_PRELOAD), it replaces the allocating
// functions, forwards each call, and prints at the end, on standard error: "heap: <calls> calls, <bytes> bytes".

import Glibc
import Synchronization

@_silgen_name("__libc_malloc") private func systemMalloc(_ size: Int) -> UnsafeMutableRawPointer?
@_silgen_name("__libc_calloc") private func systemCalloc(_ count: Int, _ size: Int) -> UnsafeMutableRawPointer?
@_silgen_name("__libc_realloc")
private func systemRealloc(_ old: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer?
@_silgen_name("__libc_memalign")
private func systemMemalign(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer?

private let calls = Atomic<Int>(0)
private let bytes = Atomic<Int>(0)

@inline(__always)
private func count(_ size: Int) {
  bytes.add(size, ordering: .relaxed)
  // Not at the first call: the C library is not ready then.
  if calls.add(1, ordering: .relaxed).newValue == 100 { atexit(report) }
}

@_cdecl("counted_malloc") public func countedMalloc(_ size: Int) -> UnsafeMutableRawPointer? {
  count(size)
  return systemMalloc(size)
}

@_cdecl("counted_calloc") public func countedCalloc(_ number: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  count(number &* size)
  return systemCalloc(number, size)
}

@_cdecl("counted_realloc")
public func countedRealloc(_ old: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
  count(size)
  return systemRealloc(old, size)
}

@_cdecl("counted_aligned_alloc")
public func countedAlignedAlloc(_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer? {
  count(size)
  return systemMemalign(alignment, size)
}

@_cdecl("counted_posix_memalign")
public func countedPosixMemalign(
  _ place: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ alignment: Int, _ size: Int
) -> Int32 {
  count(size)
  guard let memory = systemMemalign(alignment, size) else { return ENOMEM }
  place.pointee = memory
  return 0
}

private func report() {
  let text = "\nheap: \(calls.load(ordering: .relaxed)) calls, \(bytes.load(ordering: .relaxed)) bytes\n"
  var line = text
  line.withUTF8 { _ = write(2, $0.baseAddress!, $0.count) }
}
