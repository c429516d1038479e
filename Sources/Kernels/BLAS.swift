import COpenBLAS
import Foundation
import Tensors

/// Calls of OpenBLAS: single-threaded products of row-major matrices, made inside our own parallel units.
public enum BLAS {
  /// The kernels OpenBLAS chose when it was loaded: Haswell, SkylakeX, Zen, ...
  public static var core: String { String(cString: openblas_get_corename()) }

  /// The library's own description of its build.
  public static var build: String { String(cString: openblas_get_config()) }

  /// Makes OpenBLAS use the widest kernels of this CPU, with one thread per call. Call first in `main`.
  ///
  /// OpenBLAS falls back to the kernels of an older family on processors that it does not know: Debian's 0.3.21 to SSE on
  /// a Sapphire Rapids, which costs up to nine tenths of the speed. It reads OPENBLAS_CORETYPE only while it is loaded, so
  /// the program starts itself again, once, with the variable set by what the CPU can do. A value that the user has set
  /// wins; an empty one counts as none.
  public static func prepare() {
    openblas_set_num_threads(1)
    if isAddressSpaceLimited && getenv(threadsName).map({ String(cString: $0) }) != "1" {
      // Each thread that OpenBLAS starts while it is loaded asks for a buffer, and never ends where there is none.
      setenv(threadsName, "1", 1)
      restart()
    }
    let asked = getenv("OPENBLAS_CORETYPE").map { String(cString: $0) }
    if asked == "" {
      // OpenBLAS chose under an empty name, which some versions take for a core of its own.
      unsetenv("OPENBLAS_CORETYPE")
      restart()
    }
    guard asked == nil || asked == "", let cpu = InstructionSet.ofThisCPU,
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

  /// What to tell the user where the kernels in force are narrower than the CPU; nil where they are not.
  public static var warning: String? {
    guard let cpu = InstructionSet.ofThisCPU, let wider = OpenBLASCore.wider(than: core, on: cpu),
      let used = OpenBLASCore.instructions(core)
    else { return nil }
    return "OpenBLAS uses its \(core) kernels (\(used.title)) on a CPU with \(cpu.title), which is slow. "
      + "Unset OPENBLAS_CORETYPE, or set it to \(wider)."
  }

  /// What OpenBLAS maps for one product, with what the system adds to it.
  private static let bufferBytes = 129 << 20

  /// Makes OpenBLAS map the memory that so many products at a time need. It keeps it for all later ones.
  ///
  /// OpenBLAS asks for a buffer again and again, deaf to signals, where the system refuses one. So whether there is room is
  /// tried first, and nothing is left to ask for while cells are in work. Call before other threads use OpenBLAS.
  ///
  /// - Throws: where the limit of the address space leaves too little.
  package static func reserve(products: Int) throws(TooLittleMemory) {
    let bytes = products * bufferBytes
    let trial = mmap(
      nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | Int32(MAP_NORESERVE), -1, 0)
    guard trial != MAP_FAILED else {
      throw TooLittleMemory(
        description: "OpenBLAS takes \(bytes / 1_000_000) MB of addresses for \(products) "
          + "thread\(products == 1 ? "" : "s"), and the system refuses them "
          + "(\(String(cString: strerror(errno)))). Raise the limit (ulimit -v), or run fewer jobs (-j) or threads (--threads)"
      )
    }
    munmap(trial, bytes)
    // A build has room for no more than some hundred at a time.
    let buffers = (0..<min(products, 64)).map { _ in take_openblas_buffer() }
    for buffer in buffers { give_openblas_buffer(buffer) }
  }

  /// Starts this program again with the same arguments. Returns only where that fails.
  private static func restart() {
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    for argument in arguments { free(argument) }
  }

  /// A row-major matrix as a product reads it; `stride` is the distance between two rows as they stand in memory.
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
