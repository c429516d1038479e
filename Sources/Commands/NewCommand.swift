import ArgumentParser
import Methods

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Starts a method of your own.", subcommands: [NewMethod.self])
}

struct NewMethod: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "method",
    abstract: "Writes one file that works as it stands, with the places of the equations numbered, and registers it.",
    discussion: """
      In this project the file goes to Sources/Methods and one line into its catalogue; in a package that depends on \
      SAMBench, beside the main.swift that starts the program, and into its list of methods.

      EXAMPLES
        \(programName) new method my-sam
        \(programName) new method calm-sam --type CalmSAM
      """)

  @Argument(help: "The key in suites: small letters, digits and hyphens.")
  var name: String

  @Option(help: "The Swift type; derived from the name by default.")
  var type: String?

  @Option(help: "The package to write into.")
  var package = "."

  func run() throws {
    let scaffold = try MethodScaffold(name: name, type: type, package: package)
    try scaffold.write()
    answer(
      """
      \(scaffold.file): works as it stands; (1) to (7) mark what to replace.
      \(scaffold.registry): \(scaffold.type) registered.
      Next:
        \(scaffold.build) && \(scaffold.program) check method \(name)
        \(scaffold.program) run compare --method \(name)

      """)
  }
}
