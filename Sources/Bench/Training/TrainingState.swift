import Core
import Foundation
import Methods

/// The complete state of a run between two iterations: a run resumed from it gives the bits of an uninterrupted run.
public struct TrainingState: Sendable {
  /// Iterations done.
  public let iteration: Int
  /// The values in the order of the visits; readable only by the same program on the same kind of machine.
  public let bytes: [UInt8]

  public init(iteration: Int, bytes: [UInt8]) {
    self.iteration = iteration
    self.bytes = bytes
  }
}

/// Why a state does not belong to a run.
public struct TrainingStateError: Error, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// The encoding of values in a state: entries in the order of the visits, each
///
///     UInt32 length of the name, its UTF-8, UInt8 kind, UInt64 length of the content, the content
///
/// in the machine's byte order.
private enum Entry: UInt8 {
  case vector = 1
  case numbers = 2
  /// A binary property list with an array of one value: exact for every number, including NaNs.
  case coded = 4
}

/// Writes all visited values.
package struct StateWriter: StateVisitor {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func vector(_ name: String, _ vector: Vector) {
    append(name, .vector, UnsafeRawBufferPointer(vector.readOnly))
  }

  package mutating func numbers<Number: BitwiseCopyable>(_ name: String, _ numbers: inout [Number]) {
    numbers.withUnsafeBytes { append(name, .numbers, $0) }
  }

  package mutating func value<T: Codable & Sendable>(_ name: String, _ value: inout T) throws {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    try Array(encoder.encode([value])).withUnsafeBytes { append(name, .coded, $0) }
  }

  private mutating func append(_ name: String, _ kind: Entry, _ content: UnsafeRawBufferPointer) {
    withUnsafeBytes(of: UInt32(name.utf8.count)) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: name.utf8)
    bytes.append(kind.rawValue)
    withUnsafeBytes(of: UInt64(content.count)) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: content)
  }
}

/// Overwrites all visited values. The entries must match the visits exactly, in the same order and without a remainder.
package struct StateReader: StateVisitor {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package mutating func vector(_ name: String, _ vector: Vector) throws(TrainingStateError) {
    let range = try next(name, .vector)
    guard range.count == vector.count * MemoryLayout<Float>.stride else {
      throw TrainingStateError("'\(name)' has \(range.count / MemoryLayout<Float>.stride) values, not \(vector.count)")
    }
    bytes.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(vector.elements).copyMemory(from: .init(rebasing: $0[range]))
    }
  }

  package mutating func numbers<Number: BitwiseCopyable>(
    _ name: String, _ numbers: inout [Number]
  ) throws(TrainingStateError) {
    let range = try next(name, .numbers)
    guard range.count % MemoryLayout<Number>.stride == 0 else { throw TrainingStateError("'\(name)' is truncated") }
    let count = range.count / MemoryLayout<Number>.stride
    numbers = [Number](unsafeUninitializedCapacity: count) { buffer, filled in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: .init(rebasing: $0[range])) }
      filled = count
    }
  }

  package mutating func value<T: Codable & Sendable>(_ name: String, _ value: inout T) throws {
    let content = Data(bytes[try next(name, .coded)])
    guard let decoded = try PropertyListDecoder().decode([T].self, from: content).first else {
      throw TrainingStateError("'\(name)' is empty")
    }
    value = decoded
  }

  package func finish() throws(TrainingStateError) {
    guard position == bytes.count else { throw TrainingStateError("it contains more values than this run has") }
  }

  private mutating func next(_ name: String, _ kind: Entry) throws(TrainingStateError) -> Range<Int> {
    let length = Int(try integer(UInt32.self))
    let found = String(decoding: bytes[try take(length)], as: UTF8.self)
    guard found == name, bytes[try take(1)].first == kind.rawValue else {
      throw TrainingStateError("it contains '\(found)' in place of '\(name)'")
    }
    let count = try integer(UInt64.self)
    guard let count = Int(exactly: count) else { throw TrainingStateError("'\(name)' is truncated") }
    return try take(count)
  }

  private mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(TrainingStateError) -> Number {
    let range = try take(MemoryLayout<Number>.size)
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: range.lowerBound, as: type) }
  }

  private mutating func take(_ count: Int) throws(TrainingStateError) -> Range<Int> {
    guard count <= bytes.count - position else { throw TrainingStateError("it is truncated") }
    position += count
    return position - count..<position
  }
}

extension Trainer {
  /// The current state of the run, between two iterations.
  public func state() -> TrainingState {
    var writer = StateWriter()
    do { try visitState(&writer) } catch {
      preconditionFailure("Trainer: a value of the state cannot be encoded: \(error)")
    }
    return TrainingState(iteration: iteration, bytes: writer.bytes)
  }

  /// Restores a run from `state`. After an error, this trainer must not be used.
  public func restore(_ state: TrainingState) throws(TrainingStateError) {
    do {
      var reader = StateReader(state.bytes)
      try visitState(&reader)
      try reader.finish()
    } catch let error as TrainingStateError {
      throw error
    } catch {
      throw TrainingStateError("one of its values cannot be read: \(error)")
    }
    guard iteration == state.iteration else {
      throw TrainingStateError("it is at iteration \(iteration), not \(state.iteration)")
    }
  }
}
