import Records

/// Opens the content of a cell file before this process does. A seal does not prove that the content is well-formed: a
/// file from elsewhere may crash the HDF5 library or keep it busy forever, so that a child process opens it first.
package struct TrialReader: Sendable {
  /// How much of a file is read.
  package enum Extent: Hashable, Sendable {
    case reading(RunRecord.Parts)
    /// Everything, with each dataset checked against its digest and the result against the predictions.
    case proof
  }

  /// Returns the problem with the content of a file that has an intact seal: a clause that begins with a verb, nil for
  /// none. Throws if the file could not be examined, for lack of a process or of memory.
  package var problem:
    @Sendable (_ file: [UInt8], _ name: String, _ extent: Extent, _ path: String) throws(StoreError) -> String?

  package init(
    problem:
      @escaping @Sendable (_ file: [UInt8], _ name: String, _ extent: Extent, _ path: String)
      throws(StoreError) -> String?
  ) { self.problem = problem }

  /// Reads without a child process: problems show when this process reads the file, and it makes full checks itself.
  package static let here = TrialReader { file, name, extent, _ in
    extent == .proof ? TrialReader.problem(in: file, named: name, extent) : nil
  }

  /// The reader that stores use: a child process in the program.
  @TaskLocal package static var current = TrialReader.here
}

extension TrialReader {
  /// Reads the given extent of a file, in the child process. May crash on a malformed file.
  package static func problem(in file: [UInt8], named name: String, _ extent: Extent) -> String? {
    do throws(HDF5Failure) {
      switch extent {
      case .reading(let parts): _ = try CellFile.decode(file, parts)
      case .proof: return try CellFile.problem(in: file, named: name)
      }
      return nil
    } catch { return error.reason }
  }
}

extension TrialReader.Extent: RawRepresentable {
  package init?(rawValue: UInt8) {
    if rawValue == 3 {
      self = .proof
    } else if let parts = RunRecord.Parts(rawValue: rawValue) {
      self = .reading(parts)
    } else {
      return nil
    }
  }

  package var rawValue: UInt8 { if case .reading(let parts) = self { parts.rawValue } else { 3 } }
}

extension HDF5Failure {
  /// A clause that begins with a verb.
  var reason: String {
    "is malformed: HDF5 cannot \(action)" + (trace.isEmpty ? "" : " (\(trace.joined(separator: "; ")))")
  }
}
