import Core
import Foundation
import Kernels

/// The machine that runs this program.
package struct Machine: Hashable, Sendable {
  /// The system's name of the processor, such as "AMD EPYC 9354".
  package let processor: String
  package let kernel: String
  /// The number of processors this process may use: its affinity, limited by the control group's quota.
  package let processors: Int

  package static let current = Machine()

  private init() {
    processor = Machine.processorName
    kernel = Machine.kernelName
    processors = WorkerPool.allowedCPUs
  }

  /// The processor and the BLAS kernels selected for it. Speeds are comparable only between equal machines.
  package var description: String { "\(processor), BLAS core \(BLAS.core)" }

  private static var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    for line in text.split(separator: "\n") where line.hasPrefix("model name") {
      if let colon = line.firstIndex(of: ":") {
        return line[line.index(after: colon)...].drop { $0 == " " }.description
      }
    }
    return "unknown processor"
  }

  private static var kernelName: String {
    let version = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? "unknown"
    return "Linux " + version.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
