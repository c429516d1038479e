import Synchronization

/// All entries of one kind that a suite can name: those of this package, then those a program adds at startup.
///
/// The first read closes the catalogue. Entries cannot be added later, so every reader on every thread sees the same
/// list.
public final class Catalogue<Entry: Sendable>: Sendable {
  private struct State {
    var entries: [Entry]
    var isClosed = false
  }

  private let kind: String
  private let name: @Sendable (Entry) -> String
  private let state: Mutex<State>

  /// - Parameters:
  ///   - kind: the word for an entry in messages, such as "method".
  ///   - entries: the entries of this package, in the order of listings.
  ///   - name: returns the key of an entry in a suite file.
  public init(of kind: String, _ entries: [Entry], name: @escaping @Sendable (Entry) -> String) {
    (self.kind, self.name) = (kind, name)
    state = Mutex(State(entries: entries))
  }

  /// Adds entries at startup, before the catalogue is read.
  ///
  /// - Throws: `CatalogueError` for a name that is taken or malformed.
  public func add(_ additions: [Entry]) throws(CatalogueError) {
    let problem: CatalogueError? = state.withLock { state in
      precondition(!state.isClosed || additions.isEmpty, "Catalogue: a \(kind) was added after the first read")
      for entry in additions {
        let name = name(entry)
        guard CatalogueName.isAllowed(name) else { return .malformed(kind: kind, name: name) }
        guard !state.entries.contains(where: { self.name($0) == name }) else { return .taken(kind: kind, name: name) }
        state.entries.append(entry)
      }
      return nil
    }
    if let problem { throw problem }
  }

  /// All entries, in the order of listings.
  public var all: [Entry] {
    state.withLock { state in
      state.isClosed = true
      return state.entries
    }
  }

  /// The entry of that name, or nil.
  public func named(_ name: String) -> Entry? { all.first { self.name($0) == name } }
}

/// Names of catalogue entries. They are short because cells are stored under the names of their parts.
public enum CatalogueName {
  /// Whether the name consists of lowercase letters, digits and hyphens, starts with a letter and has at most 40
  /// characters.
  public static func isAllowed(_ name: String) -> Bool {
    name.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil && name.utf8.count <= 40
  }
}

/// A name that a catalogue does not accept.
public enum CatalogueError: Error, Equatable, Sendable {
  /// Another entry has the name.
  case taken(kind: String, name: String)
  /// The name has characters that are not allowed.
  case malformed(kind: String, name: String)
}

extension CatalogueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .taken(let kind, let name):
      "a \(kind) named '\(name)' already exists. Choose another name; `list` shows all that are taken."
    case .malformed(let kind, let name):
      "a \(kind) cannot be named '\(name)'. Use at most 40 lowercase letters, digits and hyphens, starting with a "
        + "letter: friendly-sam."
    }
  }
}
