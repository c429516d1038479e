import Configuration
import Foundation
import Kernels
import Records
import Store

package enum Program {
  package static let version = "0.1.0"

  /// The compiler's version, as far as conditional compilation reveals it.
  static var compiler: String {
    #if compiler(>=6.3)
      "Swift 6.3 or later"
    #elseif compiler(>=6.2)
      "Swift 6.2"
    #else
      "Swift 6.1 or earlier"
    #endif
  }
}

extension [ProvenanceEntry] {
  /// The provenance of a result: program, machine, libraries and command, in display order.
  package static func current(machine: Machine = .current, threads: Int, jobs: Int, command: [String]) -> Self {
    [
      ProvenanceEntry("program", "SAMBench \(Program.version)"),
      ProvenanceEntry("commit", BuildFacts.current?.commit ?? "unknown: not built by make"),
      ProvenanceEntry("build_flags", BuildFacts.current?.flags ?? "unknown: not built by make"),
      ProvenanceEntry("compiler", Program.compiler),
      ProvenanceEntry("date", Date().formatted(.iso8601)),
      ProvenanceEntry("host", ProcessInfo.processInfo.hostName),
      ProvenanceEntry("processor", machine.processor),
      ProvenanceEntry("processors", String(machine.processors)),
      ProvenanceEntry("threads", String(threads)),
      ProvenanceEntry("jobs", String(jobs)),
      ProvenanceEntry("kernel", machine.kernel),
      ProvenanceEntry("blas", BLAS.build.trimmingCharacters(in: .whitespaces)),
      ProvenanceEntry("blas_core", BLAS.core),
      ProvenanceEntry("instructions", InstructionSet.ofThisBuild.title),
      ProvenanceEntry("command", command.map { Quoted<ShellScript>(value: $0).text }.joined(separator: " ")),
    ]
  }
}
