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
    processors = Machine.allowedProcessors
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

  private static var allowedProcessors: Int {
    var allowed = ProcessInfo.processInfo.activeProcessorCount
    // The mask consists of hexadecimal words separated by commas, with one bit per processor.
    if let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") })
    {
      let bits = line.dropFirst("Cpus_allowed:".count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
      if bits > 0 { allowed = bits }
    }
    // OpenBLAS and most programs use the host's count; a container's share is set in its control group.
    if let text = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) {
      let fields = text.split(whereSeparator: \.isWhitespace)
      if fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0 {
        allowed = min(allowed, max(1, Int((quota / period).rounded(.up))))
      }
    }
    return max(1, allowed)
  }
}
