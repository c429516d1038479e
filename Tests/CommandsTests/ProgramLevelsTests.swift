import Kernels
import Testing

@testable import Commands

struct ProgramLevelsTests {
  private func started(_ build: InstructionSet, on cpu: InstructionSet, _ files: Set<String>) -> String? {
    ProgramLevels.widest(beside: "/opt/bin/sambench", build: build, cpu: cpu, exists: files.contains)
  }

  @Test("A release starts the widest program that the CPU runs and that is wider than the one started")
  func widest() {
    let both: Set = ["/opt/bin/sambench-x86-64-v3", "/opt/bin/sambench-x86-64-v4"]
    #expect(started(.sse, on: .avx512, both) == "/opt/bin/sambench-x86-64-v4")
    #expect(started(.sse, on: .avx2, both) == "/opt/bin/sambench-x86-64-v3")
    #expect(started(.sse, on: .avx, both) == nil)
    #expect(started(.avx2, on: .avx512, both) == "/opt/bin/sambench-x86-64-v4")
    #expect(started(.avx512, on: .avx512, both) == nil)
    #expect(started(.sse, on: .avx512, ["/opt/bin/sambench-x86-64-v3"]) == "/opt/bin/sambench-x86-64-v3")
    #expect(started(.sse, on: .avx512, []) == nil)
  }
}
