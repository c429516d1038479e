import Cluster
import Configuration
import Datasets
import Running
import Suites

extension SuiteOptions {
  /// The selected cells, each once, determined without reading data or results.
  ///
  /// The id of a `Work` is here the cell's identity among cells on the same data.
  func worksWithoutData(_ grids: [Grid]) throws -> [Work] {
    let selection = try selection()
    return grids.flatMap { grid in
      grid.cells(in: selection).map { _, cell in
        Work(
          id: cell.canonicalJSON(), suite: grid.suite.name, cell: cell,
          resources: grid.suite.resources(for: cell, profile: profile), after: cell.start?.canonicalJSON())
      }
    }.uniqued(by: \.id)
  }
}
