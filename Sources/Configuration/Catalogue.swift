import Synchronization

/// Everything of one kind that a suite can name: this package's own entries, then those a program adds at its start.
///
/// Entries are added before the first look and never after: the first look closes the catalogue, so that everyone who
/// reads it, on any thread and at any time, sees the same list.
public final class Catalogue<Entry: Sendable>: Sendable {
  private struct State {
    var entries: [Entry]
    var isClosed = false
  }

  private let kind: String
  private let name: @Sendable (Entry) -> String
  private let state: Mutex<State>

  /// - Parameters:
  ///   - kind: what messages call an entry: "method".
  ///   - entries: the package's own, in the order of listings.
  ///   - name: an entry's key in a suite file.
  public init(of kind: String, _ entries: [Entry], name: @escaping @Sendable (Entry) -> String) {
    (self.kind, self.name) = (kind, name)
    state = Mutex(State(entries: entries))
  }

  /// Adds entries of the program's own; for its first lines, before anything is looked up.
  ///
  /// - Throws: `CatalogueError` for a name that is taken or could not stand in a suite file.
  public func add(_ additions: [Entry]) throws(CatalogueError) {
    let problem: CatalogueError? = state.withLock { state in
      precondition(!state.isClosed || additions.isEmpty, "Catalogue: a \(kind) was added after the first look")
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

  /// The entry of that name.
  public func named(_ name: String) -> Entry? { all.first { self.name($0) == name } }
}

/// What an entry of a catalogue may be called. Cells are stored under the names of their parts, so these are short.
public enum CatalogueName {
  /// Small letters, digits and hyphens, a letter first, at most 40 characters.
  public static func isAllowed(_ name: String) -> Bool {
    name.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil && name.utf8.count <= 40
  }
}

/// Why an entry cannot enter a catalogue.
public enum CatalogueError: Error, Equatable, Sendable {
  /// The name belongs to another entry.
  case taken(kind: String, name: String)
  /// The name could not stand in a suite file.
  case malformed(kind: String, name: String)
}

extension CatalogueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .taken(let kind, let name):
      "a \(kind) is named '\(name)' already. Give the new one another name; `list` shows all that are taken."
    case .malformed(let kind, let name):
      "a \(kind) cannot be named '\(name)'. Names are small letters, digits and hyphens, a letter first, at "
        + "most 40: friendly-sam."
    }
  }
}
