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
      let texts = Dictionary(uniqueKeysWithValues: zip(names, fields))
      func field<Number: LosslessStringConvertible & Comparable>(
        _ name: String, _ kind: String, in range: ClosedRange<Number>
      ) throws(SuiteError) -> Number? {
        guard let text = texts[name], !text.isEmpty else { return nil }
        guard let number = Number(text), range.contains(number) else {
          throw .wrongValue(
            place, key: name, allowed: "\(kind) from \(range.lowerBound) to \(range.upperBound), or empty",
            found: "'\(text.prefix(100))'")
        }
        return number
      }
      func number(_ name: String, in range: ClosedRange<Double>) throws(SuiteError) -> Double? {
        try field(name, "a number", in: range)
      }
      func integer(_ name: String, upTo limit: Int) throws(SuiteError) -> Int? {
        try field(name, "an integer", in: 0...limit)
      }
      let emphasis = Emphasis(rawValue: texts["emphasis"] ?? "")
      guard emphasis != nil || texts["emphasis"] == "" else {
        throw .wrongValue(
          place, key: "emphasis", allowed: "best, underlined or empty", found: "'\(texts["emphasis"] ?? "")'")
      }
      rows.append(
        PublishedRow(
          method: fields[0], model: fields[1], dataset: fields[2], alpha: try number("alpha", in: setting),
          gamma: try number("gamma", in: setting), accuracyMean: try number("accuracy_mean", in: 0...100),
          accuracyDeviation: try number("accuracy_std", in: 0...100),
          samplingNumber: try integer("sampling_number", upTo: 1_000_000_000_000), iterations: iterations,
          imagesPerSecond: try number("ais", in: speed), relativeSpeed: try number("ais_percent", in: speed),
          mark: try integer("mark", upTo: 1000), emphasis: emphasis, place: place))
    }
    return rows
  }
}

extension QuotedRow {
  static func rows(_ document: Document?, methods: [SuiteSource.Item]) throws(SuiteError) -> [QuotedRow] {
    try (document?.items(of: "quoted") ?? []).map { item throws(SuiteError) in
      let members = try item.members(of: "a quoted row", known: ["label", "note", "published", "after"])
      let after = try members["after"].map { row throws(SuiteError) in try methods.label(row, "after") }
      return QuotedRow(
        label: try members.required("label").text("label"), note: try members.required("note").text("note"),
        published: try SuiteSource.key(members.required("published")), after: after)
    }
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
