import Testing

@testable import Kernels

/// The OpenBLAS kernels that the program requests on ten processors. Flags are those that Linux lists, as far as they
/// matter.
struct InstructionSetTests {
  struct Processor: Sendable, CustomTestStringConvertible {
    let name: String
    let flags: String
    let set: InstructionSet
    /// The core to which a library falls back, and the core that is requested then.
    let fallbacks: [(core: String, asked: String?)]
    var testDescription: String { name }
  }

  static let level3 = "fpu sse2 ssse3 sse4_1 sse4_2 avx f16c avx2 fma bmi1 bmi2 movbe"
  static let level4 = level3 + " avx512f avx512dq avx512cd avx512bw avx512vl"

  static let processors = [
    Processor(
      name: "Ivy Bridge", flags: "fpu sse2 ssse3 sse4_1 sse4_2 avx f16c", set: .avx,
      fallbacks: [("Sandybridge", nil), ("Prescott", "Sandybridge"), ("Nehalem", "Sandybridge")]),
    Processor(
      name: "Haswell", flags: level3, set: .avx2, fallbacks: [("Haswell", nil), ("Sandybridge", "Haswell")]),
    Processor(
      name: "Skylake-X", flags: level4, set: .avx512, fallbacks: [("SkylakeX", nil), ("Haswell", "SkylakeX")]),
    Processor(
      name: "Ice Lake", flags: level4 + " avx512_vnni avx512_vbmi2", set: .avx512,
      fallbacks: [("SkylakeX", nil), ("Prescott", "SkylakeX")]),
    Processor(
      name: "Sapphire Rapids", flags: level4 + " avx512_bf16 amx_tile", set: .avx512,
      fallbacks: [("SapphireRapids", nil), ("Cooperlake", nil), ("Prescott", "SkylakeX")]),
    Processor(
      name: "Granite Rapids", flags: level4 + " avx512_bf16 amx_fp16", set: .avx512,
      fallbacks: [("GraniteRapids", nil), ("Nehalem", "SkylakeX")]),
    Processor(name: "Zen 1", flags: level3, set: .avx2, fallbacks: [("Zen", nil), ("Barcelona", "Haswell")]),
    Processor(name: "Zen 3", flags: level3, set: .avx2, fallbacks: [("Zen", nil), ("Haswell", nil)]),
    Processor(name: "Zen 4", flags: level4, set: .avx512, fallbacks: [("Zen", "SkylakeX"), ("SkylakeX", nil)]),
    Processor(
      name: "Zen 5", flags: level4 + " avx512_vp2intersect", set: .avx512,
      fallbacks: [("Haswell", "SkylakeX"), ("Bulldozer", "SkylakeX")]),
    // A hypervisor or an operating system may hide registers: what it does not list cannot be used.
    Processor(
      name: "Sapphire Rapids without AVX-512", flags: level3 + " avx512f", set: .avx2,
      fallbacks: [("Prescott", "Haswell"), ("Haswell", nil)]),
    Processor(name: "Nehalem", flags: "fpu sse2 ssse3 sse4_1 sse4_2", set: .sse, fallbacks: [("Prescott", nil)]),
  ]

  @Test("The core follows from the abilities of the CPU", arguments: processors)
  func core(_ processor: Processor) {
    let set = InstructionSet(flags: processor.flags)
    #expect(set == processor.set)
    for (core, asked) in processor.fallbacks { #expect(OpenBLASCore.wider(than: core, on: set) == asked, "\(core)") }
  }

  @Test("This build uses no instructions that this CPU lacks")
  func build() throws {
    guard let cpu = InstructionSet.ofThisCPU else { return }
    #expect(InstructionSet.ofThisBuild <= cpu)
  }
}
