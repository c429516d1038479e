import Foundation

/// The build information that `make build` writes next to the program: `sambench-build.txt`.
struct BuildFacts {
  /// The commit, and whether the working tree had changes.
  let commit: String
  let flags: String

  /// The build information of this program; nil if it was built in another way.
  static let current = BuildFacts(beside: "/proc/self/exe")

  /// Nil if the file belongs to another build: it contains the size and time of its program.
  init?(beside link: String) {
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: link) else { return nil }
    var information = stat()
    guard stat(program, &information) == 0,
      let text = try? String(contentsOfFile: program + "-build.txt", encoding: .utf8)
    else { return nil }
    var facts: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      let sides = line.split(separator: "=", maxSplits: 1)
      if sides.count == 2 { facts[sides[0]] = sides[1] }
    }
    guard facts["size"] == "\(information.st_size)", facts["time"] == "\(information.st_mtim.tv_sec)",
      let commit = facts["commit"]
    else { return nil }
    (self.commit, flags) = (String(commit), String(facts["flags"] ?? ""))
  }
}
