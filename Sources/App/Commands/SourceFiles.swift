import Foundation

/// The source files of the current folder, if it is a checkout.
enum SourceFiles {
  /// Source files of methods, models and data sets that changed after the program was built.
  static var newerThanProgram: [String] {
    guard let built = date(of: "/proc/self/exe") else { return [] }
    return ["Sources/Methods", "Sources/Engine/Models", "Sources/Engine/Datasets"].flatMap { folder -> [String] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter { $0.hasSuffix(".swift") }.sorted().map { "\(folder)/\($0)" }
        .filter { date(of: $0).map { $0 > built } ?? false }
    }
  }

  /// A hint for errors about unknown names, if a source file may not have been compiled yet; else empty.
  static var hint: String {
    guard let file = newerThanProgram.first else { return "" }
    return " \(file) is newer than this program; rebuild with `make build`."
  }

  private static func date(of path: String) -> Date? {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    return Date(timeIntervalSince1970: Double(information.st_mtim.tv_sec))
  }
}
