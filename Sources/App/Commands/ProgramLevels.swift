import Foundation
import Kernels

/// Selects the executable for the CPU, so that one release serves a cluster of mixed nodes. A release contains three:
/// `sambench` runs on every x86-64 CPU; `sambench-x86-64-v3` and `sambench-x86-64-v4` are compiled for vector registers
/// of 256 and 512 bits.
///
/// Swift fixes the instruction set of a module at compile time, and SwiftPM has no safe flags that let it differ
/// between the targets of a package. Hence the separate executables; the first one starts the widest that this CPU
/// supports. Results of v3 and v4 are bitwise identical as long as OpenBLAS uses the same kernels.
enum ProgramLevels {
  /// Replaces this process with the widest program of the release; returns if none is wider than this one.
  static func startWidest() {
    guard let cpu = InstructionSet.ofThisCPU,
      let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let program = widest(beside: own, build: .ofThisBuild, cpu: cpu, exists: FileManager.default.isExecutableFile)
    else { return }
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv(program, &arguments)
    for argument in arguments { free(argument) }
    complain("\(program) could not be started (\(String(cString: strerror(errno)))); continuing with this slower one.")
  }

  /// The path of the program to start instead of the one at `own`.
  static func widest(
    beside own: String, build: InstructionSet, cpu: InstructionSet, exists: (String) -> Bool
  ) -> String? {
    InstructionSet.allCases.reversed().lazy
      .filter { $0 > build && $0 <= cpu }
      .compactMap { $0.march.map { "\(own)-\($0)" } }
      .first(where: exists)
  }
}
