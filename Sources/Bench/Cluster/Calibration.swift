import Configuration
import Foundation
import Suites

/// Speed and memory of the networks of a profile, measured once on one machine, so that a plan can be costed before any
/// cell has run.
package struct Calibration: Codable, Hashable, Sendable {
  /// One network at one batch size.
  package struct Network: Codable, Hashable, Sendable {
    /// Full gradients per second, counted in images: the speed of plain SGD.
    package var gradientsPerSecond: Double
    package var parameters: Int
    /// Bytes of a process that trains it with plain SGD, without the data set.
    package var memory: Int

    package init(gradientsPerSecond: Double, parameters: Int, memory: Int) {
      self.gradientsPerSecond = gradientsPerSecond
      self.parameters = parameters
      self.memory = memory
    }

    /// Plausible speeds in images per second.
    static let speeds = 1e-3...1e12

    /// Whether the measurement is plausible. Sums over the cells of a plan then fit an integer.
    var isPlausible: Bool {
      Network.speeds.contains(gradientsPerSecond) && (1...1 << 36).contains(parameters)
        && (0...1 << 44).contains(memory)
    }
  }

  /// Processor and BLAS core that the speeds were measured on.
  package var machine: String
  package var threads: Int
  package var networks: [String: Network] = [:]
  /// The speedup by number of threads; nil if it was not needed.
  package var scaling: ThreadScaling?

  package init(machine: String, threads: Int) {
    self.machine = machine
    self.threads = threads
  }

  package static func key(_ cell: Cell) -> String {
    "\(cell.model.name) \(cell.model.settings.object.canonicalJSON) batch \(cell.recipe[Recipe.batchSize])"
  }

  package func network(of cell: Cell) -> Network? { networks[Calibration.key(cell)] }

  /// Earlier measurements with this number of threads on this machine; empty if there are none.
  package static func read(_ path: String, machine: String, threads: Int) -> Calibration {
    let empty = Calibration(machine: machine, threads: threads)
    guard let data = FileManager.default.contents(atPath: path),
      var found = try? JSONDecoder().decode(Calibration.self, from: data), found.machine == machine,
      found.threads == threads
    else { return empty }
    // Implausible values are measured again.
    found.networks = found.networks.filter(\.value.isPlausible)
    if found.scaling?.isPlausible == false { found.scaling = nil }
    return found
  }

  package func write(_ path: String) throws(ClusterError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .io(action: "write", path: path, reason: error.localizedDescription)
    }
  }

  /// The command that measures the network of a cell: a warm-up and one step, in a separate process, so that its memory
  /// can be measured.
  package static func command(_ program: String, _ cell: Cell, threads: Int) -> [String] {
    let settings = cell.model.settings.values.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    return [program, "bench", "--model", cell.model.name] + settings + [
      "--classes", "100", "--batch", String(cell.recipe[Recipe.batchSize]), "--threads", String(threads),
      "--repetitions", "1", "--steps", "1", "--format", "json",
    ]
  }

  /// Reads the output of the command.
  package static func network(_ output: String) throws(ClusterError) -> Network {
    struct Answer: Codable {
      let speed: Double
      let parameters: Int
      let memory: Int

      enum CodingKeys: String, CodingKey {
        case speed = "images_per_second"
        case parameters
        case memory = "peak_memory_bytes"
      }
    }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(output.utf8)) else {
      throw .misunderstood(command: "bench", output: output)
    }
    let network = Network(gradientsPerSecond: answer.speed, parameters: answer.parameters, memory: answer.memory)
    guard network.isPlausible else { throw .misunderstood(command: "bench", output: output) }
    return network
  }

  /// Stores the output of the command as the network of a cell.
  package mutating func add(_ output: String, for cell: Cell) throws(ClusterError) {
    networks[Calibration.key(cell)] = try Calibration.network(output)
  }
}
