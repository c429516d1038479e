import COpenBLAS
import Foundation

/// Vector instruction sets of x86-64, from narrow to wide.
public enum InstructionSet: Int, Comparable, CaseIterable, Sendable {
  /// 128-bit registers.
  case sse
  /// 256-bit registers, without fused multiply-adds.
  case avx
  /// 256-bit registers and fused multiply-adds: x86-64-v3.
  case avx2
  /// 32 registers of 512 bits: x86-64-v4.
  case avx512

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  public var title: String {
    switch self {
    case .sse: "SSE"
    case .avx: "AVX"
    case .avx2: "AVX2 and FMA"
    case .avx512: "AVX-512"
    }
  }

  /// The set's name for the compiler option `-march`; nil if no level requires exactly this set.
  package var march: String? {
    switch self {
    case .sse, .avx: nil
    case .avx2: "x86-64-v3"
    case .avx512: "x86-64-v4"
    }
  }

  /// The widest set that the CPU and the operating system support.
  ///
  /// - Parameter flags: the line `flags` of /proc/cpuinfo, which lists only what the kernel enables.
  package init(flags: String) {
    let flags = Set(flags.split(separator: " "))
    func has(_ names: Substring...) -> Bool { names.allSatisfy { flags.contains($0) } }
    let isLevel3 = has("avx2", "fma", "bmi1", "bmi2", "f16c", "movbe")
    self =
      if isLevel3, has("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl") {
        .avx512
      } else if isLevel3 {
        .avx2
      } else if has("avx") {
        .avx
      } else {
        .sse
      }
  }

  /// The set of this CPU; nil on processors other than x86-64, and if /proc cannot be read.
  public static let ofThisCPU: InstructionSet? = {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }),
      let colon = line.firstIndex(of: ":")
    else { return nil }
    return InstructionSet(flags: String(line[line.index(after: colon)...]))
  }()

  /// The set that the compiler was allowed to use.
  public static var ofThisBuild: InstructionSet {
    InstructionSet(rawValue: Int(INSTRUCTION_SET_OF_BUILD)) ?? .sse
  }
}

/// The kernels of OpenBLAS, by their names in the library.
enum OpenBLASCore {
  /// The set that a core's kernels use; nil for an unknown name. An unknown name belongs to a later version of the
  /// library and counts as wide enough: on an unknown processor OpenBLAS falls back to an old core, and all old cores
  /// are listed.
  static func instructions(_ core: String) -> InstructionSet? {
    switch core.lowercased() {
    case "katmai", "coppermine", "northwood", "banias", "prescott", "core2", "penryn", "dunnington", "nehalem", "atom",
      "athlon", "opteron", "opteron_sse3", "barcelona", "bobcat", "nano", "generic", "unknown":
      .sse
    case "sandybridge", "bulldozer", "piledriver", "steamroller": .avx
    case "excavator", "haswell", "zen": .avx2
    case "skylakex", "cooperlake", "sapphirerapids": .avx512
    default: nil
    }
  }

  /// The core to request if the current one is narrower than the CPU; otherwise nil.
  static func wider(than core: String, on cpu: InstructionSet) -> String? {
    guard let instructions = instructions(core), instructions < cpu else { return nil }
    switch cpu {
    case .avx512: return "SkylakeX"
    case .avx2: return "Haswell"
    case .avx: return "Sandybridge"
    case .sse: return nil
    }
  }
}
