import COpenBLAS
import Core
import Foundation

/// OpenBLAS calls: single-threaded products of row-major matrices, made from within parallel units.
public enum BLAS {
  /// The kernels that OpenBLAS selected when it was loaded: Haswell, SkylakeX, Zen, ...
  public static var core: String { String(cString: openblas_get_corename()) }

  /// The library's own description of its build.
  public static var build: String { String(cString: openblas_get_config()) }

  /// Makes OpenBLAS use the widest kernels of this CPU, with one thread per call. Call first in `main`.
  ///
  /// OpenBLAS falls back to the kernels of an older family on processors that it does not know: Debian's 0.3.21 uses
  /// SSE on a Sapphire Rapids, which costs up to nine tenths of the speed. It reads OPENBLAS_CORETYPE only while it is
  /// loaded, so the program restarts itself once with the variable set to match the CPU. A value set by the user takes
  /// precedence; an empty value counts as unset.
  public static func prepare() {
    openblas_set_num_threads(1)
    if isAddressSpaceLimited && getenv(threadsName).map({ String(cString: $0) }) != "1" {
      // Each thread that OpenBLAS starts while it is loaded requests a buffer, and retries forever if it gets none.
      setenv(threadsName, "1", 1)
      restart()
    }
    let requested = getenv("OPENBLAS_CORETYPE").map { String(cString: $0) }
    if requested == "" {
      // Some versions of OpenBLAS take the empty value for the name of a core.
      unsetenv("OPENBLAS_CORETYPE")
      restart()
    }
    guard requested == nil || requested == "", let cpu = InstructionSet.ofThisCPU,
      let wider = OpenBLASCore.wider(than: core, on: cpu)
    else { return }
    setenv("OPENBLAS_CORETYPE", wider, 1)
    restart()
    unsetenv("OPENBLAS_CORETYPE")
  }

  private static let threadsName = "OPENBLAS_NUM_THREADS"

  private static var isAddressSpaceLimited: Bool {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur != .max
  }

  /// A warning for the user if the kernels in use are narrower than the CPU; otherwise nil.
  public static var warning: String? {
    guard let cpu = InstructionSet.ofThisCPU, let wider = OpenBLASCore.wider(than: core, on: cpu),
      let used = OpenBLASCore.instructions(core)
    else { return nil }
    return "OpenBLAS uses its \(core) kernels (\(used.title)) on a CPU with \(cpu.title), which is slow. "
      + "Unset OPENBLAS_CORETYPE, or set it to \(wider)."
  }

  /// Bytes that OpenBLAS maps for one product, including the overhead of the system.
  private static let bufferBytes = 129 << 20

  /// Bytes left for the program itself until it compares a cell with the limit.
  private static let ownBytes = 6 << 20

  /// Makes OpenBLAS map the memory for this many concurrent products, which it keeps for all later ones.
  ///
  /// If the system refuses a buffer, OpenBLAS retries forever and ignores signals. Therefore the available memory is
  /// tested first, and all buffers are mapped before any cell runs. Call before other threads use OpenBLAS.
  ///
  /// - Throws: `TooLittleMemory` if the limit of the address space leaves too little.
  package static func reserve(products: Int) throws(TooLittleMemory) {
    let bytes = products * bufferBytes + ownBytes
    let trial = mmap(
      nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | Int32(MAP_NORESERVE), -1, 0)
    guard trial != MAP_FAILED else {
      throw TooLittleMemory(
        description: "A computation needs \(bytes / 1_000_000) MB of address space for \(products) "
          + "thread\(products == 1 ? "" : "s"), but the system refuses it "
          + "(\(String(cString: strerror(errno)))). Raise the limit (ulimit -v), or run fewer jobs (-j) or "
          + "threads (--threads)")
    }
    munmap(trial, bytes)
    // A build of OpenBLAS has a fixed number of buffers, about a hundred.
    let buffers = (0..<min(products, 64)).map { _ in take_openblas_buffer() }
    for buffer in buffers { give_openblas_buffer(buffer) }
  }

  /// Restarts this program with the same arguments. Returns only on failure.
  private static func restart() {
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    for argument in arguments { free(argument) }
  }

  /// A row-major operand of a product; `stride` is the distance between two rows in memory, in floats.
  package struct Operand {
    let elements: Floats
    let stride: Int
    let isTransposed: Bool

    @inline(__always)
    package static func plain(_ elements: Floats, stride: Int) -> Operand {
      Operand(elements: elements, stride: stride, isTransposed: false)
    }

    @inline(__always)
    package static func transposed(_ elements: Floats, stride: Int) -> Operand {
      Operand(elements: elements, stride: stride, isTransposed: true)
    }
  }

  /// c = a * b + beta * c, row-major: a is `[m, k]`, b `[k, n]`, c `[m, n]`.
  @inline(__always)
  package static func multiply(
    _ a: Operand, _ b: Operand, into c: MutableFloats, stride: Int, m: Int, n: Int, k: Int, beta: Float = 0
  ) {
    cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), 1, a.elements, blasint(a.stride), b.elements, blasint(b.stride), beta, c,
      blasint(stride))
  }
}
