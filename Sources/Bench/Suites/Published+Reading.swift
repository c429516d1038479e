import Configuration

extension PaperRuns {
  static let keys = ["iterations", "epochs", "images", "source"]

  /// `{iterations: 78200, epochs: 200, images: 50000, source: paper 4.1}`; nil without `iterations`.
  init?(_ members: Members) throws(SuiteError) {
    func count(_ key: String) throws(SuiteError) -> Int? { try members[key]?.integer(key, in: 1...1_000_000_000_000) }
    let (epochs, images) = (try count("epochs"), try count("images"))
    let source = try SuiteSource.origin(members["source"])
    guard let iterations = try count("iterations") else { return nil }
    (self.iterations, self.epochs, self.images, self.source) = (iterations, epochs, images, source)
  }
}

extension Published {
  /// `paper: {values: paper/table3.csv, n: 3, spread: standard deviation}` and the size of the paper's runs.
  static func members(_ document: Document) throws(SuiteError) -> Members {
    try document.members(of: "'paper'", known: ["values", "n", "spread"] + PaperRuns.keys)
  }

  /// - Parameter iterations: of the paper's runs.
  init(
    _ members: Members, iterations: Int?, reading read: (String) throws -> String
  ) throws(SuiteError) {
    let values = try members.required("values")
    let path = try values.text("values")
    let file = sibling(of: values.place.file, named: path)
    n = try members.required("n").integer("n", in: 1...1000)
    spread = try members.required("spread").text("spread")
    rows = try PublishedRow.rows(
      csv: try text(of: path, named: file, as: "values", at: values.place, reading: read), file: file,
      iterations: iterations)
  }
}

extension PublishedRow {
  static let header =
    "method,model,dataset,alpha,gamma,accuracy_mean,accuracy_std,sampling_number,ais,ais_percent,mark,emphasis"

  /// Rows of a file of printed numbers; fields hold no commas and no quotes.
  static func rows(csv: String, file: String, iterations: Int?) throws(SuiteError) -> [PublishedRow] {
    let lines = csv.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
    guard lines.first == header else {
      throw .wrongValue(
        Place(file: file, line: 1), key: "header", allowed: "'\(header)'", found: "'\((lines.first ?? "").prefix(100))'"
      )
    }
    let names = header.split(separator: ",").map(String.init)
    let setting = -1e6...1e6
    let speed = 1e-6...1e9
    var rows: [PublishedRow] = []
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let place = Place(file: file, line: index + 1)
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == names.count else {
        throw .wrongValue(place, key: "row", allowed: "\(names.count) fields", found: "\(fields.count)")
      }
      func number(_ column: Int, in range: ClosedRange<Double>) throws(SuiteError) -> Double? {
        if fields[column].isEmpty { return nil }
        guard let number = Double(fields[column]), range.contains(number) else {
          throw .wrongValue(
            place, key: names[column], allowed: "a number from \(range.lowerBound) to \(range.upperBound), or empty",
            found: "'\(fields[column].prefix(100))'")
        }
        return number
      }
      func integer(_ column: Int, in range: ClosedRange<Int>) throws(SuiteError) -> Int? {
        if fields[column].isEmpty { return nil }
        guard let integer = Int(fields[column]), range.contains(integer) else {
          throw .wrongValue(
            place, key: names[column],
            allowed: "an integer from \(range.lowerBound) to \(range.upperBound), or empty",
            found: "'\(fields[column].prefix(100))'")
        }
        return integer
      }
      var emphasis: Emphasis?
      if !fields[11].isEmpty {
        guard let known = Emphasis(rawValue: fields[11]) else {
          throw .wrongValue(place, key: "emphasis", allowed: "best, underlined or empty", found: "'\(fields[11])'")
        }
        emphasis = known
      }
      rows.append(
        PublishedRow(
          method: fields[0], model: fields[1], dataset: fields[2], alpha: try number(3, in: setting),
          gamma: try number(4, in: setting), accuracyMean: try number(5, in: 0...100),
          accuracyDeviation: try number(6, in: 0...100), samplingNumber: try integer(7, in: 0...1_000_000_000_000),
          iterations: iterations, imagesPerSecond: try number(8, in: speed), relativeSpeed: try number(9, in: speed),
          mark: try integer(10, in: 0...1000), emphasis: emphasis, place: place))
    }
    return rows
  }
}

extension QuotedRow {
  static func rows(_ document: Document?, methods: [SuiteSource.Item]) throws(SuiteError) -> [QuotedRow] {
    var rows: [QuotedRow] = []
    for item in try document?.items(of: "quoted") ?? [] {
      let members = try item.members(of: "a quoted row", known: ["label", "note", "published", "after"])
      let after = try members["after"].map { document throws(SuiteError) in
        let label = try document.text("after")
        guard methods.contains(where: { $0.label == label }) else {
          throw SuiteError.unknownName(document.place, kind: "method row", name: label, known: methods.map(\.label))
        }
        return label
      }
      rows.append(
        QuotedRow(
          label: try members.required("label").text("label"), note: try members.required("note").text("note"),
          published: try SuiteSource.key(members.required("published")), after: after))
    }
    return rows
  }
}

extension Suite {
  /// Every printed row must match a row of the suite, and every `published` key must match a printed row: a mistyped
  /// label would otherwise silently lose the paper's number.
  func checkPublished() throws(SuiteError) {
    guard let published else { return }
    let keys = source.methods.map(\.published) + quoted.map(\.published)
    for row in published.rows {
      let key = PublishedKey(method: row.method, alpha: row.alpha, gamma: row.gamma, mark: row.mark)
      let isShown =
        keys.contains(key) && source.models.contains { $0.label == row.model }
        && source.datasets.contains { $0.label == row.dataset }
      guard isShown else {
        throw .matchesNothing(
          row.place, what: "no row of \(file) matches \(key), \(row.model), \(row.dataset)")
      }
    }
    for item in source.methods where item.published != PublishedKey(method: item.label) {
      guard published.rows.contains(where: { item.published.matches($0) }) else {
        throw .matchesNothing(item.place, what: "no printed row matches \(item.published)")
      }
    }
  }
}

extension PublishedKey: CustomStringConvertible {
  func matches(_ row: PublishedRow) -> Bool {
    row.method == method && row.alpha == alpha && row.gamma == gamma && row.mark == mark
  }

  public var description: String {
    var text = method
    if let alpha { text += ", alpha \(alpha)" }
    if let gamma { text += ", gamma \(gamma)" }
    if let mark { text += ", mark \(mark)" }
    return text
  }
}
