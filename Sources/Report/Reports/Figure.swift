import Configuration
import Foundation  // String(format:)

/// A plot with its title, caption and text alternative.
package struct Figure: Hashable, Sendable {
  /// The file name without extension: `table2-costs`.
  package let name: String
  package let title: String
  package let caption: String
  /// The finding, for readers who cannot see the drawing.
  var finding: String?
  package let plot: Plot

  package init(name: String, title: String, caption: String, finding: String? = nil, plot: Plot) {
    (self.name, self.title, self.caption, self.finding, self.plot) = (name, title, caption, finding, plot)
  }

  var alternative: String { finding.map { "\(title): \($0)" } ?? title }

  /// gnuplot's script; it writes an SVG to its standard output.
  package var script: String { plot.script.text }

  package var path: String { "figures/\(name).svg" }

  /// The file format: SVG for the page, others for publications.
  package enum Format: String, CaseIterable, Sendable {
    case svg, pdf, png
  }

  /// The script for another gnuplot terminal; 100 pixels of the page are an inch.
  package func script(for format: Format) -> String {
    script.replacing(/set terminal svg size (\d+),(\d+) [^\n]*/) { match in
      let (width, height) = (Int(match.1) ?? 900, Int(match.2) ?? 340)
      return switch format {
      case .svg: String(match.0)
      case .pdf: "set terminal pdfcairo size \(Double(width) / 100)in,\(Double(height) / 100)in font 'Helvetica,11'"
      // Twice the size of the page; a point of pngcairo's fonts is 4/3 pixels.
      case .png: "set terminal pngcairo size \(2 * width),\(2 * height) font 'Helvetica,19.5' linewidth 2 pointscale 2"
      }
    }
  }

  var markdown: String {
    "![\(Markdown.value(of: alternative))](\(path.markdownPath))\n\n"
      + "**\(title).** \(caption)".markdownSpan.wrapped() + "\n"
  }

  var plainText: String { "[\(path)] \(title). \(caption)".withoutMarks.visible.wrapped() + "\n" }
}

/// Whether a report's figures were drawn.
package enum Drawing: Hashable, Sendable {
  case drawn
  /// With the reason and how to fix it.
  case missing(String)
}

/// Panels with a shared legend, drawn by gnuplot. Lines differ in dashes and points in shape, so that figures are
/// readable in black and white.
package struct Plot: Hashable, Sendable {
  package struct Axis: Hashable, Sendable {
    let label: String
    var isLogarithmic = false
    /// Nil leaves the ends to gnuplot.
    var low: Double?
    var high: Double?
    /// The distance between tics; nil leaves it to gnuplot.
    var step: Double?
    /// Names in place of numbers: `0 "SGD"`.
    var names: [String] = []

    package init(
      label: String, isLogarithmic: Bool = false, low: Double? = nil, high: Double? = nil, step: Double? = nil,
      names: [String] = []
    ) {
      (self.label, self.isLogarithmic, self.names) = (label, isLogarithmic, names)
      (self.low, self.high, self.step) = (low, high, step)
    }
  }

  package enum Style: Hashable, Sendable {
    case line(Look)
    /// A line that keeps its value until the next point.
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

  /// Dashes, point shape and color by number, the same for a method in every figure.
  package struct Look: Hashable, Sendable {
    let number: Int
    var isFilled = true
    var isThin = false

    package init(number: Int, isFilled: Bool = true, isThin: Bool = false) {
      (self.number, self.isFilled, self.isThin) = (number, isFilled, isThin)
    }
  }

  package struct Series: Hashable, Sendable {
    /// Nil excludes it from the legend.
    let title: String?
    let style: Style
    var points: [[Double]]
    var labels: [String] = []

    package init(title: String?, style: Style, points: [[Double]], labels: [String] = []) {
      (self.title, self.style, self.points, self.labels) = (title, style, points, labels)
    }
  }

  package struct Panel: Hashable, Sendable {
    let title: String
    let x: Axis
    let y: Axis
    var series: [Series]
    var hasLegend = false

    package init(title: String, x: Axis, y: Axis, series: [Series], hasLegend: Bool = false) {
      (self.title, self.x, self.y, self.series, self.hasLegend) = (title, x, y, series, hasLegend)
    }
  }

  /// Rows of panels, without empty series, which gnuplot rejects.
  let rows: [[Panel]]
  let width: Int
  let height: Int

  package init(rows: [[Panel]], width: Int = 900, height: Int = 340) {
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
  /// Okabe & Ito's colors, distinguishable with color blindness, dark to light; their shades also differ in print.
  private static let colours = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F7F7F"]
  private static let dashes: [Quoted<PlotScript>] = [
    "1", "(12,5)", "(3,4)", "(12,4,3,4)", "(20,6)", "(7,3)", "(2,2)", "(16,4,3,4,3,4)",
  ]
  /// Filled shapes and their hollow counterparts.
  private static let shapes = [(7, 6), (5, 4), (9, 8), (11, 10), (13, 12), (15, 14), (2, 2), (1, 1)]

  /// A self-contained script for gnuplot 5.4 and later, with inline data and literal texts.
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

  /// One line above all panels, drawn last as an empty plot of full width: a narrow panel would break its own legend.
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

  /// Margins for labels, tics and the legend, as shares of the drawing: left, right, bottom, top.
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
    return """
      pointtype \(look.isFilled ? shape.0 : shape.1) pointsize 0.9 linewidth 1.2 \
      linecolor \(colours[look.number % colours.count])
      """
  }

  /// A character, because gnuplot has no stroke among its point types.
  fileprivate static func tick(_ look: Look) -> Quoted<PlotScript> {
    "pointtype '|' textcolor \(colours[look.number % colours.count]) font ',15'"
  }

  fileprivate static func shade(_ look: Look) -> Quoted<PlotScript> {
    "fillcolor \(colours[look.number % colours.count]) fillstyle transparent solid 0.15 noborder"
  }
}

extension Plot.Panel {
  /// - Parameter block: the number of the next data block.
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
    // Tic names are formats: percent signs are doubled.
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

  fileprivate var labelLines: [Quoted<PlotScript>] {
    zip(points, labels).map { point, label in
      "set label \(label) at \(point[0]),\(point[1]) left offset 0.8,0.5 font ',10' noenhanced"
    }
  }

  /// Its entry in the legend; nil for a series without a title.
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
    case .labels: preconditionFailure("Plot.Series: labels are not a curve")
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
  /// Six significant digits: more than a figure shows, and independent of the platform.
  package var digits: String {
    let text = String(format: "%.6g", self)
    return text == "-0" ? "0" : text
  }
}
