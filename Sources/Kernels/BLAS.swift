import COpenBLAS
import Foundation

/// The one door to OpenBLAS: single-threaded calls on row-major matrices, made inside our own parallel units.
public enum BLAS {
  /// The kernels OpenBLAS chose when it was loaded: Haswell, SkylakeX, Zen, ...
  public static var core: String { String(cString: openblas_get_corename()) }

  /// The library's own description of its build.
  public static var build: String { String(cString: openblas_get_config()) }

  /// Sees to it that OpenBLAS uses the widest kernels of this CPU, one thread a call. Call first in `main`.
  ///
  /// Debian's OpenBLAS does not know recent families and falls back to 256-bit kernels on CPUs with AVX-512, which can
  /// halve its speed; it reads OPENBLAS_CORETYPE only while it is being loaded. So the program starts itself again, once,
  /// with the variable set. A user's own setting wins.
  public static func prepare() {
    openblas_set_num_threads(1)
    guard getenv("OPENBLAS_CORETYPE") == nil, ["Haswell", "Zen"].contains(core), hasAVX512 else { return }
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 1)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    // Only a failed exec returns: go on with the kernels that are loaded.
    unsetenv("OPENBLAS_CORETYPE")
    for argument in arguments { free(argument) }
  }

  static var hasAVX512: Bool {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let flags = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
    else { return false }
    let names = Set(flags.split(separator: " "))
    return ["avx512f", "avx512dq", "avx512bw", "avx512vl"].allSatisfy { names.contains(Substring($0)) }
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
