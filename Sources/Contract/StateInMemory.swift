import Foundation
import Tensors

/// What a state visitor saw, kept as values: vectors bit for bit, everything else through its coding, as a file would.
package struct SavedState: Equatable {
  package var vectors: [String: [UInt32]] = [:]
  package var values: [String: Data] = [:]

  package init() {}
}

/// Copies what it is shown.
package struct StateSaver: StateVisitor {
  package private(set) var state = SavedState()

  package init() {}

  package mutating func vector(_ name: String, _ vector: Vector) throws {
    precondition(state.vectors[name] == nil, "StateSaver: two vectors are named \(name)")
    state.vectors[name] = vector.readOnly.map(\.bitPattern)
  }

  package mutating func value<T: Codable & Sendable>(_ name: String, _ value: inout T) throws {
    precondition(state.values[name] == nil, "StateSaver: two values are named \(name)")
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.outputFormatting = .sortedKeys
    state.values[name] = try encoder.encode([value])
  }
}

/// Overwrites what it is shown.
package struct StateRestorer: StateVisitor {
  package struct Missing: Error { public let name: String }
  private let state: SavedState

  package init(_ state: SavedState) { self.state = state }

  package mutating func vector(_ name: String, _ vector: Vector) throws {
    guard let saved = state.vectors[name], saved.count == vector.count else { throw Missing(name: name) }
    for i in saved.indices { vector[i] = Float(bitPattern: saved[i]) }
  }

  package mutating func value<T: Codable & Sendable>(_ name: String, _ value: inout T) throws {
    guard let saved = state.values[name] else { throw Missing(name: name) }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    value = try decoder.decode([T].self, from: saved)[0]
  }
}
