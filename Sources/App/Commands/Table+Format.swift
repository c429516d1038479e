import ArgumentParser
import Foundation  // pow
import Reports

/// Formats of standard output.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text, markdown, csv, json
}

struct FormatOption: ParsableArguments {
  @Option(help: "Output format.")
  var format = OutputFormat.text
}

extension Table {
  func text(as format: OutputFormat) -> String {
    switch format {
    case .text: plainText
    case .markdown: markdown
    case .csv: csv
    case .json: objects.canonicalJSON + "\n"
    }
  }
}

extension Double {
  func rounded(toPlaces places: Int) -> Double {
    let factor = pow(10, Double(places))
    return (self * factor).rounded() / factor
  }
}
