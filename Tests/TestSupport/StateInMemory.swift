import Foundation
import Tensors

/// What a state visitor saw, kept as values: vectors bit for bit, everything else through its coding, as a file would.
public struct SavedState: Equatable {
  public var vectors: [String: [UInt32]] = [:]
  public var values: [String: Data] = [:]

  public init() {}
}

/// Copies what it is shown.
public struct StateSaver: StateVisitor {
  public private(set) var state = SavedState()

  public init() {}

  public mutating func vector(_ name: String, _ vector: Vector) throws {
    precondition(state.vectors[name] == nil, "StateSaver: two vectors are named \(name)")
    state.vectors[name] = vector.readOnly.map(\.bitPattern)
  }

  public mutating func value<T: Codable & Sendable>(_ name: String, _ value: inout T) throws {
    precondition(state.values[name] == nil, "StateSaver: two values are named \(name)")
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.outputFormatting = .sortedKeys
    state.values[name] = try encoder.encode([value])
  }
}

/// Overwrites what it is shown.
public struct StateRestorer: StateVisitor {
  public struct Missing: Error { public let name: String }
  private let state: SavedState

  public init(_ state: SavedState) { self.state = state }

  public mutating func vector(_ name: String, _ vector: Vector) throws {
    guard let saved = state.vectors[name], saved.count == vector.count else { throw Missing(name: name) }
    for i in saved.indices { vector[i] = Float(bitPattern: saved[i]) }
  }

  public mutating func value<T: Codable & Sendable>(_ name: String, _ value: inout T) throws {
    guard let saved = state.values[name] else { throw Missing(name: name) }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    value = try decoder.decode([T].self, from: saved)[0]
  }
}
