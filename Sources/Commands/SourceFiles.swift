import Foundation

/// The source files of this folder, where the program runs in a checkout.
enum SourceFiles {
  /// Methods, models and data sets whose files were changed after the program was built: it does not know the change.
  static var newerThanProgram: [String] {
    guard let built = date(of: "/proc/self/exe") else { return [] }
    return ["Methods", "Models", "Datasets", "Quantization"].flatMap { target -> [String] in
      let folder = "Sources/\(target)"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter { $0.hasSuffix(".swift") }.sorted().map { "\(folder)/\($0)" }
        .filter { date(of: $0).map { $0 > built } ?? false }
    }
  }

  /// What to add to "no method is named ..." where the reason may be a file that was not compiled yet; else empty.
  static var hint: String {
    guard let file = newerThanProgram.first else { return "" }
    return " \(file) is newer than this program: run `make build` first."
  }

  private static func date(of path: String) -> Date? {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    return Date(timeIntervalSince1970: Double(information.st_mtim.tv_sec))
  }
}
