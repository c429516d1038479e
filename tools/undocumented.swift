// undocumented.swift GRAPH...: lists public symbols without documentation, with file and line, and fails if there are any.
import Foundation

struct Graph: Decodable {
  struct Symbol: Decodable {
    struct Comment: Decodable {}
    struct Location: Decodable {
      struct Position: Decodable { let line: Int }
      let uri: String
      let position: Position
    }
    let pathComponents: [String]
    let docComment: Comment?
    let location: Location?
  }
  let symbols: [Symbol]
}

var count = 0
var missing: [String] = []
for path in CommandLine.arguments.dropFirst() {
  let graph = try JSONDecoder().decode(Graph.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  count += graph.symbols.count
  // A property wrapper generates the symbol with the dollar sign; the property itself is documented.
  for symbol in graph.symbols where symbol.docComment == nil && symbol.pathComponents.last?.hasPrefix("$") != true {
    let place = symbol.location.map { "\($0.uri.replacing("file://", with: "")):\($0.position.line + 1): " } ?? ""
    missing.append("\(place)\(symbol.pathComponents.joined(separator: ".")) has no documentation")
  }
}
for line in missing.sorted() { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
guard missing.isEmpty else { exit(1) }
guard count > 0 else {
  FileHandle.standardError.write(Data("The symbol graphs are empty. Check tools/symbols.sh.\n".utf8))
  exit(1)
}
print("\(count) public symbols, all documented")
