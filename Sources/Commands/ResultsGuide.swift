import Cluster
import Foundation
import Store

/// What lies beside the cells for whoever receives the folder alone: what the files are, and the suites they were run from.
enum ResultsGuide {
  /// Writes README.md and the suites as they are now. A service: what cannot be written stops nothing.
  static func write(_ suites: FrozenSuites, to store: RunStore, profile: String) {
    try? FileAccess.current.replace(store.folder + "/README.md", with: text(profile: profile))
    for (path, text) in suites.files {
      // A file from elsewhere, or with a path that leads out, is not copied.
      guard let name = place(of: path, among: suites.suites) else { continue }
      let file = "\(store.folder)/suites/\(name)"
      if (try? String(contentsOfFile: file, encoding: .utf8)) == text { continue }
      try? FileAccess.current.makeFolder((file as NSString).deletingLastPathComponent)
      try? FileAccess.current.replace(file, with: text)
    }
  }

  /// A path below the folder of the first suite.
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
    - `report/`: the rendered tables, verdicts and figures; `report.html` is one file without network access.
    - `report/cells.csv`: one line per run, for pandas, R or a spreadsheet.
    - `suites/`: the suite files of the last run, so that this folder can be reported alone.
    - `work/`: checkpoints, `progress.json` and `metrics.csv` (one line per epoch) of runs that have not finished.

    With the program, in the folder above this one:

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
