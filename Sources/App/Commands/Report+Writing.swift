import Foundation
import Reports
import Store
import Synchronization

/// Reads traces for figures. A damaged file has none and is named by the tables. A file that the system cannot read is
/// an error, because it would otherwise be missing from a figure without notice.
final class TraceLoader: Sendable {
  private let store: RunStore
  private let refusal = Mutex<StoreError?>(nil)

  init(_ store: RunStore) { self.store = store }

  var reader: TraceReader {
    { id in
      do throws(StoreError) { return try self.store.record(of: id, .traces) } catch {
        if case .io = error { self.refusal.withLock { $0 = $0 ?? error } }
        return nil
      }
    }
  }

  /// Throws the first error that kept `reader` from reading a file.
  func check() throws(StoreError) {
    if let error = refusal.withLock({ $0 }) { throw error }
  }
}

extension Report {
  /// Writes all files of the report, each atomically, and draws the figures, which the page then includes.
  mutating func write(to folder: String, isDrawn: Bool = true) throws(OutputError) {
    let access = FileAccess.current
    do {
      for place in [folder, folder + "/figures"] {
        try access.makeFolder(place)
        try access.removeAbandoned(in: place)
      }
      if isDrawn { drawing = draw(into: folder) }
      for file in files { try access.replace("\(folder)/\(file.name)", with: file.text) }
      try access.replace("\(folder)/report.html", with: html(drawings: drawings(in: folder)))
    } catch {
      throw OutputError(description: "\(folder): the report cannot be written: \(error)")
    }
  }

  /// Also draws every figure in a format for publication.
  func draw(_ format: Figure.Format, into folder: String) throws(OutputError) {
    guard format != .svg else { return }
    guard let gnuplot = Gnuplot.find() else { throw OutputError(description: Gnuplot.absence) }
    for figure in figures {
      let path = "\(folder)/figures/\(figure.name).\(format.rawValue)"
      do {
        try gnuplot.output(of: figure.script(for: format)).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw OutputError(description: "\(path): cannot be drawn: \(error)")
      }
    }
  }

  /// The SVG texts of the figures that have been drawn, by name.
  private func drawings(in folder: String) -> [String: String] {
    guard drawing == .drawn else { return [:] }
    var drawings: [String: String] = [:]
    for figure in figures {
      drawings[figure.name] = try? String(contentsOfFile: "\(folder)/\(figure.path)", encoding: .utf8)
    }
    return drawings
  }

  /// Draws all figures. If gnuplot is missing or fails, the report states the reason.
  private func draw(into folder: String) -> Drawing {
    guard let gnuplot = Gnuplot.find() else { return .missing(Gnuplot.absence) }
    for figure in figures {
      do {
        try FileAccess.current.replace("\(folder)/\(figure.path)", with: try gnuplot.draw(figure.script))
      } catch {
        return .missing("gnuplot failed on \(figure.name): \(error)")
      }
    }
    return .drawn
  }
}
