import Core
import Foundation
import Kernels

package struct Machine: Hashable, Sendable {
  /// The system's name of the processor, such as "AMD EPYC 9354".
  package let processor: String
  package let kernel: String
  /// The number of processors this process may use: its affinity, limited by the control group's quota.
  package let processors: Int

  package static let current = Machine()

  private init() {
    let facts = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let name = facts.split(separator: "\n").first { $0.hasPrefix("model name") && $0.contains(":") }
    processor = name.map { String($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) } ?? "unknown processor"
    let version = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? "unknown"
    kernel = "Linux " + version.trimmingCharacters(in: .whitespacesAndNewlines)
    processors = WorkerPool.allowedCPUs
  }

  /// The processor and the BLAS kernels selected for it. Speeds are comparable only between equal machines.
  package var description: String { "\(processor), BLAS core \(BLAS.core)" }
}
