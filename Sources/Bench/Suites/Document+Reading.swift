import Configuration

/// Typed access to a document; every error names the place, the key and the allowed values.
extension Document {
  /// The members of a mapping whose keys must all be known.
  func members(of within: String, known: [String]) throws(SuiteError) -> Members {
    let members = try anyMembers(of: within)
    for member in members.members where !known.contains(member.key) {
      throw .unknownKey(member.place, key: member.key, within: within, known: known)
    }
    return members
  }

  /// The members of a mapping with any keys, such as settings, which are checked later against the catalogues.
  func anyMembers(of within: String) throws(SuiteError) -> Members {
    guard case .mapping(let members) = content else {
      throw .wrongValue(place, key: within, allowed: "a mapping", found: found)
    }
    return Members(members: members, place: place, within: within)
  }

  func items(of key: String) throws(SuiteError) -> [Document] {
    guard case .list(let items) = content else { throw .wrongValue(place, key: key, allowed: "a list", found: found) }
    return items
  }

  func text(_ key: String) throws(SuiteError) -> String {
    guard case .scalar(.text(let text)) = content else {
      throw .wrongValue(place, key: key, allowed: "text", found: found)
    }
    // Line breaks and escapes would corrupt tables, figures, scripts and terminals.
    if let character = text.controlCharacter {
      throw .syntax(
        place,
        reason: "'\(key)' contains the control character \(character); write text on one line, or fold it with >-")
    }
    return text
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(SuiteError) -> Int {
    guard case .scalar(.integer(let integer)) = content, range.contains(integer) else {
      throw .wrongValue(place, key: key, allowed: SettingKind.integer(range).allowed, found: found)
    }
    return integer
  }

  func number(_ key: String) throws(SuiteError) -> Double {
    guard case .scalar(let value) = content, let number = value.double else {
      throw .wrongValue(place, key: key, allowed: "a number", found: found)
    }
    return number
  }

  func flag(_ key: String) throws(SuiteError) -> Bool {
    guard case .scalar(.flag(let flag)) = content else {
      throw .wrongValue(place, key: key, allowed: SettingKind.flag.allowed, found: found)
    }
    return flag
  }

  func scalar(_ key: String) throws(SuiteError) -> Value {
    guard case .scalar(let value) = content else {
      throw .wrongValue(place, key: key, allowed: "a single value", found: found)
    }
    return value
  }

  /// One of an enum's words.
  func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String) throws(SuiteError) -> Word {
    let text = try text(key)
    guard let word = Word(rawValue: text) else {
      let allowed = SettingKind.choice(Word.allCases.map(\.rawValue)).allowed
      throw .wrongValue(place, key: key, allowed: allowed, found: text)
    }
    return word
  }

  func names(_ key: String) throws(SuiteError) -> [(name: String, place: Place)] {
    guard case .list(let items) = content else { return [(try text(key), place)] }
    let names = try items.map { item throws(SuiteError) in (name: try item.text(key), place: item.place) }
    guard !names.isEmpty else { throw .wrongValue(place, key: key, allowed: "a name or a list of names", found: "[]") }
    return names
  }

  /// The content as quoted in errors.
  var found: String {
    switch content {
    case .scalar(let value): value.description
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// The members of one mapping by key.
struct Members {
  let members: [Document.Member]
  let place: Place
  let within: String

  /// The members with other keys than these, as settings.
  func settings(
    except reserved: [String] = [], from origin: Origin?
  ) throws(SuiteError) -> [SuiteSource.Given] {
    try members.filter { !reserved.contains($0.key) }.map { member throws(SuiteError) in
      SuiteSource.Given(
        key: member.key, value: try member.value.scalar(member.key), place: member.place, origin: origin)
    }
  }

  subscript(key: String) -> Document? { members.first { $0.key == key }?.value }

  func required(_ key: String) throws(SuiteError) -> Document {
    guard let value = self[key] else { throw .missingKey(place, key: key, within: within) }
    return value
  }
}
