import Foundation
import Reports
import Store

extension RunStore {
  /// Reads traces for figures; a file that cannot be read has none, and the tables name it as damaged.
  var traceReader: TraceReader { { id in try? self.traces(of: id) } }
}

extension Report {
  /// Writes every file of the report, each whole or not at all, and draws the figures; from then on the page shows them.
  mutating func write(to folder: String, isDrawn: Bool = true) throws(OutputError) {
    do {
      let figures = folder + "/figures"
      try FileManager.default.createDirectory(atPath: figures, withIntermediateDirectories: true)
      if isDrawn { drawing = draw(into: folder) }
      for file in files {
        try file.text.write(toFile: "\(folder)/\(file.name)", atomically: true, encoding: .utf8)
      }
      try html(drawings: drawings(in: folder)).write(
        toFile: "\(folder)/report.html", atomically: true, encoding: .utf8)
    } catch {
      throw OutputError(
        description: "\(folder): the report cannot be written: \(error.localizedDescription) "
          + "Check permissions and free space; the results themselves are intact.")
    }
  }

  /// The figures drawn before, by name.
  private func drawings(in folder: String) -> [String: String] {
    guard drawing == .drawn else { return [:] }
    var drawings: [String: String] = [:]
    for figure in figures {
      drawings[figure.name] = try? String(contentsOfFile: "\(folder)/\(figure.path)", encoding: .utf8)
    }
    return drawings
  }

  /// Draws all figures; without gnuplot none, and the report says so.
  private func draw(into folder: String) -> Drawing {
    guard let gnuplot = Gnuplot.find() else { return .missing(Gnuplot.absence) }
    for figure in figures {
      do {
        try gnuplot.draw(figure.script).write(
          toFile: "\(folder)/\(figure.path)", atomically: true, encoding: .utf8)
      } catch {
        return .missing("gnuplot failed on \(figure.name): \(error)")
      }
    }
    return .drawn
  }
}
