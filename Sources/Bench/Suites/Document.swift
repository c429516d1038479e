import Configuration
import Yams

/// A node of a YAML file with its line.
///
/// Suites use a subset of YAML: mappings with text keys, lists, and scalars that are flags (true, false), integers,
/// numbers or text. Anchors, aliases, tags and empty values are errors; yes, no, on, off and 10:30 are text.
struct Document: Sendable {
  enum Content: Sendable {
    case scalar(Value)
    case list([Document])
    case mapping([Member])
  }

  struct Member: Sendable {
    let key: String
    let place: Place
    let value: Document
  }

  let place: Place
  let content: Content

  /// Deeper nesting is an error.
  private static let maximumDepth = 16

  init(_ place: Place, _ content: Content) { (self.place, self.content) = (place, content) }

  /// Reads a file. Several documents, separated by `---`, are merged in order.
  init(yaml: String, file: String) throws(SuiteError) {
    do {
      let parser = try Parser(yaml: yaml)
      // Nodes hold their anchors weakly: the parser must outlive the walk.
      let document = try withExtendedLifetime(parser) {
        var document: Document?
        while let root = try parser.nextRoot() {
          let next = try Document(root, file: file, depth: 0)
          document = document.map { $0.overlaid(by: next) } ?? next
        }
        guard let document else { throw SuiteError.syntax(Place(file: file, line: 1), reason: "the file is empty") }
        return document
      }
      self = document
    } catch let error as SuiteError {
      throw error
    } catch let error as YamlError {
      throw SuiteError(error, file: file)
    } catch {
      throw .unreadable(file: file, reason: "\(error)")
    }
  }

  private init(_ node: Node, file: String, depth: Int) throws(SuiteError) {
    place = Place(file: file, line: node.mark?.line ?? 1)
    guard depth <= Document.maximumDepth else { throw .syntax(place, reason: "nested too deeply") }
    if let anchor = node.anchor {
      throw .syntax(place, reason: "anchors and aliases (&\(anchor.rawValue)) are not allowed; write the value out")
    }
    switch node {
    case .scalar(let scalar):
      content = .scalar(try Document.value(of: scalar, at: place))
    case .sequence(let sequence):
      var items: [Document] = []
      for item in sequence { items.append(try Document(item, file: file, depth: depth + 1)) }
      content = .list(items)
    case .mapping(let mapping):
      var members: [Member] = []
      for (key, value) in mapping {
        guard case .scalar(let scalar) = key, key.anchor == nil else {
          throw .syntax(place, reason: "a key must be plain text")
        }
        let place = Place(file: file, line: key.mark?.line ?? place.line)
        if members.contains(where: { $0.key == scalar.string }) { throw .duplicateKey(place, key: scalar.string) }
        members.append(
          Member(key: scalar.string, place: place, value: try Document(value, file: file, depth: depth + 1)))
      }
      content = .mapping(members)
    case .alias:
      throw .syntax(place, reason: "anchors and aliases are not allowed; write the value out")
    }
  }

  private static func value(of scalar: Node.Scalar, at place: Place) throws(SuiteError) -> Value {
    guard scalar.style == .plain else { return .text(scalar.string) }
    guard let value = Value(plain: scalar.string) else {
      throw .syntax(place, reason: "'\(scalar.string)' is not a value; leave the key out, or quote text")
    }
    return value
  }
}

extension Value {
  /// An unquoted scalar; nil for an empty one, null and numbers that are not finite.
  public init?(plain text: String) {
    switch text {
    case "true": self = .flag(true)
    case "false": self = .flag(false)
    case "", "~", "null", "Null", "NULL": return nil
    default:
      let lowered = text.lowercased().drop { $0 == "+" || $0 == "-" }
      if [".inf", ".nan", "inf", "nan", "infinity"].contains(String(lowered)) { return nil }
      if text.wholeMatch(of: /[-+]?[0-9]+/) != nil {
        guard let integer = Int(text) else { return nil }
        self = .integer(integer)
      } else if text.wholeMatch(of: /[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?/) != nil {
        guard let number = Double(text), number.isFinite else { return nil }
        self = .number(number)
      } else {
        self = .text(text)
      }
    }
  }
}

extension SuiteError {
  /// A Yams error with its line, without its excerpt of the text.
  fileprivate init(_ error: YamlError, file: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let context = context.map { "\($0.text), " } ?? ""
      self = .syntax(Place(file: file, line: mark.line), reason: "not valid YAML: \(context)\(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      self = .duplicateKey(Place(file: file, line: context.mark.line), key: duplicates.first ?? "")
    case .reader(let problem, _, _, _):
      self = .unreadable(file: file, reason: problem)
    default:
      self = .unreadable(file: file, reason: "\(error)")
    }
  }
}
