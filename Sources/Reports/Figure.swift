import Configuration
import Foundation  // String(format:)

/// A drawing: what it shows, and how a program is to draw it.
package struct Figure: Hashable, Sendable {
  /// The file name without extension: `figure2-norms`.
  package let name: String
  package let title: String
  /// What the axes and marks mean, in full sentences.
  package let caption: String
  /// What it shows, for those who cannot see it.
  var finding: String?
  package let plot: Plot

  /// In place of the drawing.
  var alternative: String { finding.map { "\(title): \($0)" } ?? title }

  /// gnuplot's script; it writes an SVG to its standard output.
  package var script: String { plot.script.text }

  package var path: String { "figures/\(name).svg" }

  /// What a figure is drawn as: for the page, or for a publication.
  package enum Format: String, CaseIterable, Sendable {
    case svg, pdf, png
  }

  /// The script with another terminal of gnuplot's; a pixel of the page is a hundredth of an inch.
  package func script(for format: Format) -> String {
    script.replacing(/set terminal svg size (\d+),(\d+) [^\n]*/) { match in
      let (width, height) = (Int(match.1) ?? 900, Int(match.2) ?? 340)
      return switch format {
      case .svg: String(match.0)
      case .pdf: "set terminal pdfcairo size \(Double(width) / 100)in,\(Double(height) / 100)in font 'Helvetica,11'"
      case .png: "set terminal pngcairo size \(2 * width),\(2 * height) font 'Helvetica,26' linewidth 2 pointscale 2"
      }
    }
  }

  var markdown: String {
    "![\(Markdown.value(of: alternative))](\(path.markdownPath))\n\n"
      + "**\(title).** \(caption)".markdownSpan.wrapped() + "\n"
  }

  var plainText: String { "[\(path)] \(title). \(caption)".withoutMarks.visible.wrapped() + "\n" }
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
    /// A vertical stroke at each point.
    case ticks(Look)
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
  private static let dashes: [Quoted<PlotScript>] = [
    "1", "(12,5)", "(3,4)", "(12,4,3,4)", "(20,6)", "(7,3)", "(2,2)", "(16,4,3,4,3,4)",
  ]
  /// Filled shapes and their hollow counterparts.
  private static let shapes = [(7, 6), (5, 4), (9, 8), (11, 10), (13, 12), (15, 14), (2, 2), (1, 1)]

  /// A script for gnuplot 5.4 and later; numbers are inline, so that it can be run anywhere. Texts are drawn as they are.
  package var script: Quoted<PlotScript> {
    var lines: [Quoted<PlotScript>] = [
      "# Drawn by: gnuplot -d FILE > figure.svg",
      """
      set terminal svg size \(width),\(height) font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
      """,
      "set encoding utf8", "set border 3 linewidth 0.8", "set tics nomirror out scale 0.6",
      "set grid linetype 1 linecolor '#dddddd' linewidth 0.5",
      "set key off",
    ]
    var block = 0
    for panel in rows.joined() {
      for series in panel.series where series.style != .labels {
        lines.append("$d\(block) << EOD")
        lines += series.lines
        lines.append("EOD")
        block += 1
      }
    }
    let columns = rows.map(\.count).max() ?? 1
    lines.append("set multiplot layout \(rows.count),\(columns) margins \(margins) spacing \(spacing)")
    block = 0
    for row in rows {
      for panel in row {
        lines += panel.lines(firstBlock: &block)
      }
      for _ in row.count..<columns { lines.append("set multiplot next") }
    }
    return (lines + legend + ["unset multiplot", ""]).joined(separator: "\n")
  }

  /// One line above all panels, drawn last as an empty plot of full width: a panel's own would break where it is narrow.
  private var legend: [Quoted<PlotScript>] {
    let entries = rows.joined().first(where: \.hasLegend)?.series.compactMap(\.legendEntry) ?? []
    guard !entries.isEmpty else { return [] }
    return [
      "set lmargin at screen 0.02", "set rmargin at screen 0.98", "set bmargin at screen 0.02",
      "set tmargin at screen 0.98", "unset title", "unset xlabel", "unset ylabel", "unset border", "unset tics",
      "unset grid", "unset logscale", "set xrange [0:1]", "set yrange [0:1]",
      "set key on at screen 0.5,0.995 center top horizontal samplen 3 width 2 noenhanced",
      "plot NaN notitle, \\\n  \(entries.joined(separator: ", \\\n  "))",
    ]
  }

  /// Room in pixels for labels and tics, as shares of the drawing: left, right, bottom, top. The legend lies above all.
  private var margins: Quoted<PlotScript> {
    let (w, h) = (Double(width), Double(height))
    return Plot.shares([leftRoom / w, 1 - 18 / w, 58 / h, 1 - (hasLegend ? 62 : 34) / h])
  }

  private var spacing: Quoted<PlotScript> { Plot.shares([leftRoom / Double(width), 92 / Double(height)]) }

  private static func shares(_ shares: [Double]) -> Quoted<PlotScript> {
    shares.map { "\($0, decimals: 4)" }.joined(separator: ",")
  }

  private var leftRoom: Double {
    let longest = rows.joined().flatMap(\.y.names).map(\.count).max() ?? 0
    return max(84, Double(24 + 8 * longest))
  }

  private var hasLegend: Bool { rows.joined().contains(where: \.hasLegend) }

  fileprivate static func line(_ look: Look) -> Quoted<PlotScript> {
    let width: Quoted<PlotScript> = look.isThin ? "0.8" : "1.8"
    let dash = dashes[look.number % dashes.count]
    return "linecolor \(colours[look.number % colours.count]) dashtype \(dash) linewidth \(width)"
  }

  fileprivate static func points(_ look: Look) -> Quoted<PlotScript> {
    let shape = shapes[look.number % shapes.count]
    let size: Quoted<PlotScript> = look.isLarge ? "2.2" : "0.9"
    return """
      pointtype \(look.isFilled ? shape.0 : shape.1) pointsize \(size) linewidth 1.2 \
      linecolor \(colours[look.number % colours.count])
      """
  }

  /// A character, since no point type of gnuplot's is a stroke.
  fileprivate static func tick(_ look: Look) -> Quoted<PlotScript> {
    "pointtype '|' textcolor \(colours[look.number % colours.count]) font ',15'"
  }

  fileprivate static func shade(_ look: Look) -> Quoted<PlotScript> {
    "fillcolor \(colours[look.number % colours.count]) fillstyle transparent solid 0.15 noborder"
  }
}

extension Plot.Panel {
  /// - Parameter block: the number of the next block of data.
  fileprivate func lines(firstBlock block: inout Int) -> [Quoted<PlotScript>] {
    var lines: [Quoted<PlotScript>] = ["set title \(title) offset 0,-0.5 noenhanced"]
    lines += Plot.setting(x, "x") + Plot.setting(y, "y")
    let labels = series.filter { $0.style == .labels }.flatMap(\.labelLines)
    var parts: [Quoted<PlotScript>] = []
    for series in series where series.style != .labels {
      parts.append(series.plotted("$d\(block)"))
      block += 1
    }
    lines += labels
    lines.append(parts.isEmpty ? "set multiplot next" : "plot \(parts.joined(separator: ", \\\n  "))")
    if !labels.isEmpty { lines.append("unset label") }
    return lines
  }
}

extension Plot {
  fileprivate static func setting(_ axis: Axis, _ name: Quoted<PlotScript>) -> [Quoted<PlotScript>] {
    func end(_ value: Double?) -> Quoted<PlotScript> { value.map { "\($0)" } ?? "*" }
    let offset: Quoted<PlotScript> = name == "x" ? " offset 0,0.5" : ""
    var lines: [Quoted<PlotScript>] = ["set \(name)label \(axis.label)\(offset) noenhanced"]
    lines.append(axis.isLogarithmic ? "set logscale \(name)" : "unset logscale \(name)")
    lines.append(axis.isLogarithmic ? "set format \(name) '10^{%T}'" : "set format \(name) '%g'")
    lines.append("set \(name)range [\(end(axis.low)):\(end(axis.high))]")
    // The name of a tic is a format: a percent sign in it is written twice.
    let names = axis.names.enumerated().map { index, name -> Quoted<PlotScript> in
      "\(name.replacing("%", with: "%%")) \(index)"
    }
    let steps = axis.step.map { step -> Quoted<PlotScript> in "\(step)" } ?? "autofreq"
    lines.append(
      names.isEmpty
        ? "set \(name)tics \(steps) enhanced"
        : "set \(name)tics (\(names.joined(separator: ", "))) noenhanced")
    return lines
  }
}

extension Plot.Series {
  fileprivate var lines: [Quoted<PlotScript>] {
    points.map { point in
      point.map { number -> Quoted<PlotScript> in number.isFinite ? "\(number)" : "NaN" }.joined(separator: " ")
    }
  }

  /// Texts beside points.
  fileprivate var labelLines: [Quoted<PlotScript>] {
    zip(points, labels).map { point, label in
      "set label \(label) at \(point[0]),\(point[1]) left offset 0.8,0.5 font ',10' noenhanced"
    }
  }

  /// Its mark in the legend, nil for a series without a title.
  fileprivate var legendEntry: Quoted<PlotScript>? {
    guard let title else { return nil }
    switch style {
    case .line(let look), .steps(let look): return "keyentry with lines \(Plot.line(look)) title \(title)"
    case .points(let look), .intervals(let look): return "keyentry with points \(Plot.points(look)) title \(title)"
    case .ticks(let look): return "keyentry with points \(Plot.tick(look)) title \(title)"
    case .band, .labels: return nil
    }
  }

  fileprivate func plotted(_ block: Quoted<PlotScript>) -> Quoted<PlotScript> {
    switch style {
    case .line(let look): "\(block) using 1:2 with lines \(Plot.line(look)) notitle"
    case .steps(let look): "\(block) using 1:2 with steps \(Plot.line(look)) notitle"
    case .points(let look): "\(block) using 1:2 with points \(Plot.points(look)) notitle"
    case .intervals(let look): "\(block) using 1:2:3:4 with xerrorbars \(Plot.points(look)) notitle"
    case .ticks(let look): "\(block) using 1:2 with points \(Plot.tick(look)) notitle"
    case .band(let look): "\(block) using 1:2:3 with filledcurves \(Plot.shade(look)) notitle"
    case .labels: preconditionFailure("Plot.Series: labels are no curve")
    }
  }
}

extension Quoted<PlotScript>.Interpolation {
  fileprivate mutating func appendInterpolation(_ number: Double) { appendLiteral(number.digits) }

  fileprivate mutating func appendInterpolation(_ number: Double, decimals: Int) {
    appendLiteral(String(format: "%.\(decimals)f", number))
  }
}

extension Double {
  /// Six significant digits: more than a drawing shows, and the same everywhere.
  var digits: String {
    let text = String(format: "%.6g", self)
    return text == "-0" ? "0" : text
  }
}
