import Configuration
import Suites

/// The estimated cost of a cell before it runs.
package struct CellCost: Sendable {
  package let work: Work
  package let scaling: ThreadScaling
  /// Seconds on one processor.
  let secondsAlone: Double
  /// Bytes of the process, at most.
  package let memory: Int
  /// Bytes of the result file.
  package let result: Int
  /// Bytes of its two checkpoints while it runs.
  package let checkpoints: Int

  /// - Parameters:
  ///   - threads: number of threads that its network was measured with.
  ///   - cost: gradients per iteration of its method.
  ///   - training, test: number of images in its data set.
  package init(
    _ work: Work, _ network: Calibration.Network, threads: Int, scaling: ThreadScaling, cost: Double, training: Int,
    test: Int
  ) {
    let recipe = work.cell.recipe
    let epochs = Double(recipe[Recipe.epochs])
    let evaluations = max(1, epochs / Double(max(1, recipe[Recipe.evaluateEvery])))
    // A forward pass costs a third of a gradient.
    let gradients = epochs * Double(training) * cost + evaluations * Double(test) / 3
    let weights = 4 * network.parameters
    let iterations = epochs * Double(training) / Double(recipe[Recipe.batchSize])
    self.work = work
    self.scaling = scaling
    secondsAlone = gradients / network.gradientsPerSecond * scaling.speedup(threads)
    // The images, and up to five vectors that methods keep in addition to weights, gradient and momentum.
    memory = network.memory + 3072 * (training + test) + 5 * weights
    // About ten traces of four bytes per iteration.
    result = weights + 40 * Int(iterations)
    checkpoints = 2 * (5 * weights + 40 * Int(iterations))
  }

  /// The number of processors it gets on a node with `cpus` processors.
  package func width(_ cpus: Int) -> Int { min(cpus, work.resources.cpus) }

  /// Seconds on a node with `cpus` processors.
  package func seconds(_ cpus: Int) -> Double { secondsAlone / scaling.speedup(width(cpus)) }

  /// Seconds times processors on a node with `cpus` processors.
  package func processorSeconds(_ cpus: Int) -> Double { seconds(cpus) * Double(width(cpus)) }
}

/// A schedule of a plan on equal nodes: each cell, in the plan's order, starts where it fits first.
package struct Forecast: Sendable {
  /// Seconds from the first start to the last end.
  package let seconds: Double
  /// Seconds times processors, summed over all cells.
  package let processorSeconds: Double
  /// Seconds of the longest chain of dependent cells: a lower bound for any number of nodes.
  package let criticalSeconds: Double
  package let critical: [Work]
  /// The largest memory in bytes that the cells of one node take at a time.
  package let nodeMemory: Int
  /// Bytes of all results, and of the checkpoints of the cells that run at a time.
  package let disk: Int
  package let cellsAtATime: Int

  package init(_ costs: [CellCost], nodes: Int, cpus: Int) {
    precondition(nodes > 0 && cpus > 0, "Forecast: at least one node with a processor")
    struct Running {
      let cost: CellCost
      let node: Int
      let end: Double
    }
    let planned = Set(costs.map(\.work.id))
    var free = Array(repeating: cpus, count: nodes)
    var memory = Array(repeating: 0, count: nodes)
    var (waiting, running, done) = (costs, [Running](), Set<String>())
    var (now, peak, most) = (0.0, 0, 0)
    while !waiting.isEmpty || !running.isEmpty {
      var rest: [CellCost] = []
      for cost in waiting {
        let isReady = cost.work.after.map { done.contains($0) || !planned.contains($0) } ?? true
        if isReady, let node = free.firstIndex(where: { $0 >= cost.width(cpus) }) {
          free[node] -= cost.width(cpus)
          memory[node] += cost.memory
          peak = max(peak, memory[node])
          running.append(Running(cost: cost, node: node, end: now + cost.seconds(cpus)))
        } else {
          rest.append(cost)
        }
      }
      waiting = rest
      most = max(most, running.count)
      guard let next = running.map(\.end).min() else {
        preconditionFailure("Forecast: circular dependency of cells")
      }
      now = next
      for one in running where one.end <= now {
        free[one.node] += one.cost.width(cpus)
        memory[one.node] -= one.cost.memory
        done.insert(one.cost.work.id)
      }
      running.removeAll { $0.end <= now }
    }

    let byID = Dictionary(costs.map { ($0.work.id, $0) }, uniquingKeysWith: { first, _ in first })
    func chain(_ cost: CellCost) -> [CellCost] {
      (cost.work.after.flatMap { byID[$0] }.map(chain) ?? []) + [cost]
    }
    let chains = costs.map(chain).map { (cells: $0, seconds: $0.reduce(0) { $0 + $1.seconds(cpus) }) }
    let longest = chains.max { $0.seconds < $1.seconds }
    self.seconds = now
    processorSeconds = costs.reduce(0) { $0 + $1.processorSeconds(cpus) }
    criticalSeconds = longest?.seconds ?? 0
    critical = longest?.cells.map(\.work) ?? []
    nodeMemory = peak
    cellsAtATime = most
    let checkpoints = costs.map(\.checkpoints).sorted(by: >).prefix(most).reduce(0, +)
    disk = costs.reduce(checkpoints) { $0 + $1.result }
  }
}
