import Foundation  // String(format:)

/// A drawing: what it shows, and how a program is to draw it.
package struct Figure: Hashable, Sendable {
  /// The file name without extension: `figure2-norms`.
  package let name: String
  package let title: String
  /// What the axes and marks mean, in full sentences.
  package let caption: String
  package let plot: Plot

  /// gnuplot's script; it writes an SVG to its standard output.
  package var script: String { plot.script }

  package var path: String { "figures/\(name).svg" }

  var markdown: String {
    "![\(title)](\(path))\n\n" + "**\(title).** \(caption)".wrapped() + "\n"
  }

  var plainText: String { "[\(path)] \(title). \(caption)".withoutMarks.wrapped() + "\n" }
}

/// Whether a report's figures are there to be shown.
package enum Drawing: Hashable, Sendable {
  case drawn
  /// Why not, and what to do about it.
  case missing(String)
}

/// Panels side by side that share a legend, as gnuplot draws them. Lines differ in dashes and points in shape, so that
/// print in black and white reads as well.
package struct Plot: Hashable, Sendable {
  package struct Axis: Hashable, Sendable {
    let label: String
    var isLogarithmic = false
    /// Nil leaves the ends to gnuplot.
    var low: Double?
    var high: Double?
    /// From one tic to the next; nil leaves it to gnuplot.
    var step: Double?
    /// Names in place of numbers: `0 "SGD"`.
    var names: [String] = []
  }

  package enum Style: Hashable, Sendable {
    case line(Look)
    /// A line that keeps its value up to the next point.
    case steps(Look)
    case points(Look)
    /// x, y and the ends of an interval of x.
    case intervals(Look)
    /// x, low and high.
    case band(Look)
    /// Text at each point: the series' labels.
    case labels
  }

  /// Dashes, point shape and shade by number, the same for one method in every figure.
  package struct Look: Hashable, Sendable {
    let number: Int
    var isFilled = true
    var isThin = false
    var isLarge = false
  }

  package struct Series: Hashable, Sendable {
    /// Nil keeps it out of the legend.
    let title: String?
    let style: Style
    /// One array for each point.
    var points: [[Double]]
    var labels: [String] = []
  }

  package struct Panel: Hashable, Sendable {
    let title: String
    let x: Axis
    let y: Axis
    var series: [Series]
    var hasLegend = false
  }

  /// Rows of panels; their series without points are left out, gnuplot takes none.
  let rows: [[Panel]]
  let width: Int
  let height: Int

  init(rows: [[Panel]], width: Int = 900, height: Int = 340) {
    self.rows = rows.map { row in
      row.map { panel in
        var panel = panel
        panel.series.removeAll { $0.points.isEmpty }
        return panel
      }
    }
    (self.width, self.height) = (width, height)
  }
}

extension Plot {
  /// Okabe & Ito's colours, told apart by the colour-blind, dark to light; their shades differ in print too.
  private static let colours = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F7F7F"]
  private static let dashes = ["1", "(12,5)", "(3,4)", "(12,4,3,4)", "(20,6)", "(7,3)", "(2,2)", "(16,4,3,4,3,4)"]
  /// Filled shapes and their hollow counterparts.
  private static let shapes = [(7, 6), (5, 4), (9, 8), (11, 10), (13, 12), (15, 14), (2, 2), (1, 1)]

  /// A script for gnuplot 5.4 and later; numbers are inline, so that it can be run anywhere.
  package var script: String {
    var lines = [
      "# Drawn by: gnuplot FILE > figure.svg",
      "set terminal svg size \(width),\(height) font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'",
      "set encoding utf8", "set border 3 linewidth 0.8", "set tics nomirror out scale 0.6",
      "set grid linetype 1 linecolor '#dddddd' linewidth 0.5",
      "set key off",
    ]
    var block = 0
    for panel in rows.joined() {
      for series in panel.series {
        lines += ["$d\(block) << EOD"] + series.lines + ["EOD"]
        block += 1
      }
    }
    let columns = rows.map(\.count).max() ?? 1
    lines.append("set multiplot layout \(rows.count),\(columns) margins \(margins) spacing \(spacing)")
    block = 0
    for row in rows {
      for panel in row {
        lines += panel.lines(firstBlock: block)
        block += panel.series.count
      }
      for _ in row.count..<columns { lines.append("set multiplot next") }
    }
    return (lines + legend).joined(separator: "\n") + "\nunset multiplot\n"
  }

  /// One line above all panels, drawn last as an empty plot of full width: a panel's own would break where it is narrow.
  private var legend: [String] {
    let entries = rows.joined().first(where: \.hasLegend)?.series.compactMap(\.legendEntry) ?? []
    guard !entries.isEmpty else { return [] }
    return [
      "set lmargin at screen 0.02", "set rmargin at screen 0.98", "set bmargin at screen 0.02",
      "set tmargin at screen 0.98", "unset title", "unset xlabel", "unset ylabel", "unset border", "unset tics",
      "unset grid", "unset logscale", "set xrange [0:1]", "set yrange [0:1]",
      "set key on at screen 0.5,0.995 center top horizontal samplen 3 width 2",
      "plot NaN notitle, \\\n  " + entries.joined(separator: ", \\\n  "),
    ]
  }

  /// Room in pixels for labels and tics, as shares of the drawing: left, right, bottom, top. The legend lies above all.
  private var margins: String {
    let (w, h) = (Double(width), Double(height))
    let shares = [leftRoom / w, 1 - 18 / w, 58 / h, 1 - (hasLegend ? 62 : 34) / h]
    return shares.map { String(format: "%.4f", $0) }.joined(separator: ",")
  }

  private var spacing: String {
    String(format: "%.4f,%.4f", leftRoom / Double(width), 92 / Double(height))
  }

  private var leftRoom: Double {
    let longest = rows.joined().flatMap(\.y.names).map(\.count).max() ?? 0
    return max(84, Double(24 + 8 * longest))
  }

  private var hasLegend: Bool { rows.joined().contains(where: \.hasLegend) }

  fileprivate static func line(_ look: Look) -> String {
    let width = look.isThin ? "0.8" : "1.8"
    return
      "linecolor '\(colours[look.number % colours.count])' dashtype \(dashes[look.number % dashes.count]) linewidth \(width)"
  }

  fileprivate static func points(_ look: Look) -> String {
    let shape = shapes[look.number % shapes.count]
    return "pointtype \(look.isFilled ? shape.0 : shape.1) pointsize \(look.isLarge ? "2.2" : "0.9") linewidth 1.2 "
      + "linecolor '\(colours[look.number % colours.count])'"
  }

  fileprivate static func shade(_ look: Look) -> String {
    "fillcolor '\(colours[look.number % colours.count])' fillstyle transparent solid 0.15 noborder"
  }
}

extension Plot.Panel {
  fileprivate func lines(firstBlock: Int) -> [String] {
    var lines = ["set title '\(title.quoted)' offset 0,-0.5"]
    lines += Plot.setting(x, "x") + Plot.setting(y, "y")
    let parts = series.enumerated().map { index, series in series.plotted("$d\(firstBlock + index)") }
    lines.append(parts.isEmpty ? "set multiplot next" : "plot " + parts.joined(separator: ", \\\n  "))
    return lines
  }
}

extension Plot {
  fileprivate static func setting(_ axis: Axis, _ name: String) -> [String] {
    func end(_ value: Double?) -> String { value.map { $0.digits } ?? "*" }
    let offset = name == "x" ? " offset 0,0.5" : ""
    var lines = ["set \(name)label '\(axis.label.quoted)'\(offset)"]
    lines.append(axis.isLogarithmic ? "set logscale \(name)" : "unset logscale \(name)")
    lines.append(axis.isLogarithmic ? "set format \(name) '10^{%T}'" : "set format \(name) '%g'")
    lines.append("set \(name)range [\(end(axis.low)):\(end(axis.high))]")
    let names = axis.names.enumerated().map { "'\($1.quoted)' \($0)" }
    let steps = axis.step.map { $0.digits } ?? "autofreq"
    lines.append(names.isEmpty ? "set \(name)tics \(steps)" : "set \(name)tics (\(names.joined(separator: ", ")))")
    return lines
  }
}

extension Plot.Series {
  fileprivate var lines: [String] {
    points.enumerated().map { index, point in
      let numbers = point.map { $0.isFinite ? $0.digits : "NaN" }.joined(separator: " ")
      return labels.isEmpty ? numbers : "\(numbers) \"\(labels[index])\""
    }
  }

  /// Its mark in the legend, nil for a series without a title.
  fileprivate var legendEntry: String? {
    guard let title else { return nil }
    switch style {
    case .line(let look), .steps(let look): return "keyentry with lines \(Plot.line(look)) title '\(title.quoted)'"
    case .points(let look), .intervals(let look):
      return "keyentry with points \(Plot.points(look)) title '\(title.quoted)'"
    case .band, .labels: return nil
    }
  }

  fileprivate func plotted(_ block: String) -> String {
    let title = "notitle"
    switch style {
    case .line(let look): return "\(block) using 1:2 with lines \(Plot.line(look)) \(title)"
    case .steps(let look): return "\(block) using 1:2 with steps \(Plot.line(look)) \(title)"
    case .points(let look): return "\(block) using 1:2 with points \(Plot.points(look)) \(title)"
    case .intervals(let look):
      return "\(block) using 1:2:3:4 with xerrorbars \(Plot.points(look)) \(title)"
    case .band(let look): return "\(block) using 1:2:3 with filledcurves \(Plot.shade(look)) \(title)"
    case .labels:
      return "\(block) using 1:2:3 with labels left offset 0.8,0.5 font ',10' \(title)"
    }
  }
}

extension String {
  /// Inside gnuplot's single quotes, its markup signs as they are.
  fileprivate var quoted: String { replacing("'", with: "''").replacing("_", with: "\\_") }
}

extension Double {
  /// Six significant digits: more than a drawing shows, and the same everywhere.
  var digits: String {
    let text = String(format: "%.6g", self)
    return text == "-0" ? "0" : text
  }
}
