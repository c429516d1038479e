import ArgumentParser
import Configuration
import Contract
import Foundation
import Kernels
import Methods
import Reports

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Tests methods against the rules that all methods must follow.",
    subcommands: [CheckMethod.self])
}

struct CheckMethod: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "method",
    abstract: "Runs a method on small problems and a small network, and lists the checks it passes.",
    discussion: """
      Each check uses the default settings, or every setting that the method's declarations suggest. The exit code is \
      3 if a check fails. If a method crashes the program, the check on the last line was running.

      EXAMPLES
        \(programName) check method vsam          a few seconds
        \(programName) check method               every method of the catalogue
      """)

  @Argument(help: "Methods to check, such as vsam. (default: all)")
  var names: [String] = []

  @OptionGroup var formatOption: FormatOption

  func run() throws {
    let types = try (names.isEmpty ? MethodCatalogue.all.map { $0.name } : names).map { name in
      guard let type = MethodCatalogue.named(name) else {
        throw UsageError(unknown("method", name, among: MethodCatalogue.all.map { $0.name }))
      }
      return type
    }
    // `networkIsTrained` uses two threads.
    try BLAS.reserve(products: 2)
    var listing = Table(["method", "law", "holds", "settings", "breach"])
    for type in types { check(type, into: &listing) }
    if formatOption.format != .text { answer(listing.text(as: formatOption.format)) }
    if listing.rows.contains(where: { $0[2] == false.entry }) { throw ExitStatus.cellFailed }
  }

  private func check(_ type: any TrainingMethod.Type, into listing: inout Table) {
    let start = Date()
    tell(TextLayout.folded("\(type.name): \(type.summary)\n"))
    var broken = 0
    for law in MethodLaw.all + [.networkIsTrained] {
      // Printed before the check runs, so that the last line names it if the method crashes the program.
      let isWide = (TextLayout.columns ?? .max) >= 103
      tell(
        isWide
          ? "  " + law.title.padding(toLength: 86, withPad: " .", startingAt: law.title.count % 2) + " "
          : TextLayout.folded("  \(law.title): "))
      let variants = law.variants(of: type)
      let breach = variants.lazy.compactMap { variant in law.breach(by: variant).map { (variant, $0) } }.first
      if let breach {
        broken += 1
        tell("FAILED\n      \(breach.0): \(breach.1)\n")
      } else {
        tell(variants.count == 1 ? "ok\n" : "ok, \(variants.count) settings\n")
      }
      listing.add(type.name, law.title, breach == nil, variants.count, breach.map { "\($0.0): \($0.1)" } ?? "")
    }
    let seconds = Date().timeIntervalSince(start).rounded(toPlaces: 1)
    let laws = MethodLaw.all.count + 1
    tell(
      broken == 0
        ? "\(type.name) passes all \(laws) checks (\(seconds) s).\n"
        : "\(type.name) fails \(broken) of \(laws) checks (\(seconds) s).\n")
  }

  private func tell(_ text: String) {
    guard formatOption.format == .text else { return }
    answer(text)
    fflush(nil)
  }
}
