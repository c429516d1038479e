import Cluster
import Foundation
import Store

/// A README and the suite files, stored with the cells so that the folder can be understood and reported on its own.
enum ResultsGuide {
  /// Writes README.md and the current suite files. Errors are ignored, because no result depends on them.
  static func write(_ suites: FrozenSuites, to store: RunStore, profile: String) {
    try? FileAccess.current.replace(store.folder + "/README.md", with: text(profile: profile))
    for (path, text) in suites.files {
      // Files outside the folder of the suites are not copied.
      guard let name = place(of: path, among: suites.suites) else { continue }
      let file = "\(store.folder)/suites/\(name)"
      if (try? String(contentsOfFile: file, encoding: .utf8)) == text { continue }
      try? FileAccess.current.makeFolder((file as NSString).deletingLastPathComponent)
      try? FileAccess.current.replace(file, with: text)
    }
  }

  /// The path relative to the folder of the first suite; nil if it is outside.
  private static func place(of path: String, among suites: [String]) -> String? {
    guard let first = suites.first else { return nil }
    let folder = (first as NSString).deletingLastPathComponent
    let name = folder.isEmpty ? path : path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : ""
    return name.isEmpty || name.hasPrefix("/") || name.split(separator: "/").contains("..") ? nil : name
  }

  private static func text(profile: String) -> String {
    """
    # Results of SAMBench, profile \(profile)

    - `cells/`: one HDF5 file per training run (model x data set x method x seed), sealed with SHA-256. Groups: `config`,
      `traces` (one value per iteration), `sampling` (per window), `epochs`, `result`, `predictions`, `model`, `provenance`.
    - `report/`: the rendered tables, verdicts and figures; `report.html` is self-contained and needs no network.
    - `report/cells.csv`: one line per run, for pandas, R or a spreadsheet.
    - `suites/`: the suite files of the last run, so that a report needs only this folder.
    - `work/`: checkpoints, `progress.json` and `metrics.csv` (one line per epoch) of unfinished runs.

    With the program, from the parent folder:

        sambench report -p \(profile) --results . --suites \(profile)/suites
        sambench list cells -p \(profile) --results .
        sambench verify \(profile)

    With Python:

        import h5py, pandas
        runs = pandas.read_csv("report/cells.csv")
        with h5py.File(runs.file[0]) as cell:
            print(dict(cell["result"].attrs), list(cell["traces"]))

    """
  }
}
