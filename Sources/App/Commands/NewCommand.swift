import ArgumentParser
import Methods

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Creates the source file of your own method.", subcommands: [NewMethod.self])
}

struct NewMethod: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "method",
    abstract: "Writes a working method file, with numbered places for your equations, and registers it.",
    discussion: """
      In this project, the file is written to Sources/Methods and registered in the catalogue there. In a package that \
      depends on SAMBench, it is written next to the main.swift that starts the program and registered in its list of \
      methods.

      EXAMPLES
        \(programName) new method my-sam
        \(programName) new method calm-sam --type CalmSAM
      """)

  @Argument(help: "Name of the method in suites: lowercase letters, digits and hyphens, such as friendly-sam.")
  var name: String

  @Option(help: "Name of the Swift type, such as FriendlySAM. (default: derived from the method's name)")
  var type: String?

  @Option(help: "Folder of the package to write to.")
  var package = "."

  func run() throws {
    let scaffold = try MethodScaffold(name: name, type: type, package: package)
    try scaffold.write()
    answer(
      """
      \(scaffold.file): a working method; (1) to (6) mark what to replace.
      \(scaffold.registry): \(scaffold.type) registered.
      Next:
        \(scaffold.build) && \(scaffold.program) check method \(name)
        \(scaffold.program) run compare --method \(name)

      """)
  }
}
