import Foundation
import Kernels

/// One program for a cluster of mixed nodes. A release holds it three times: `sambench` runs on every x86-64 CPU;
/// `sambench-x86-64-v3` and `sambench-x86-64-v4` beside it were compiled for registers of 256 and 512 bits.
///
/// Swift fixes the instructions of a module when it compiles it, and SwiftPM has no safe flags by which two targets of one
/// package could differ in them: hence several executables, of which the first starts the widest that this CPU runs. The
/// bits of results are the same for v3 and v4 as long as OpenBLAS uses the same kernels.
enum ProgramLevels {
  /// Replaces this process by the widest program of the release; returns where there is none wider than this one.
  static func startWidest() {
    guard let cpu = InstructionSet.ofThisCPU,
      let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let program = widest(beside: own, build: .ofThisBuild, cpu: cpu, exists: FileManager.default.isExecutableFile)
    else { return }
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv(program, &arguments)
    for argument in arguments { free(argument) }
    complain("\(program) could not be started (\(String(cString: strerror(errno)))); this slower one goes on.")
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
