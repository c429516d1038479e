import Records

/// Opens the content of a cell file ahead of this process. A seal holds for whatever was sealed, so a file that came
/// from somebody else may bring down the HDF5 library or keep it busy for ever; a child process takes that harm.
package struct TrialReader: Sendable {
  /// How much of a file is read.
  package enum Extent: Hashable, Sendable {
    case reading(RunRecord.Parts)
    /// Everything, each dataset checked against its digest and the result against the predictions.
    case proof
  }

  /// What is wrong with the content of a file whose seal holds: a clause that begins with a verb, nil for nothing. It
  /// throws where nothing can be said of the file, for lack of a process or of memory.
  package var problem:
    @Sendable (_ file: [UInt8], _ name: String, _ extent: Extent, _ path: String) throws(StoreError) -> String?

  package init(
    problem:
      @escaping @Sendable (_ file: [UInt8], _ name: String, _ extent: Extent, _ path: String)
      throws(StoreError) -> String?
  ) { self.problem = problem }

  /// Without a child: what is wrong shows when this process reads the file, and a proof is made here.
  package static let here = TrialReader { file, name, extent, _ in
    extent == .proof ? TrialReader.problem(in: file, named: name, extent) : nil
  }

  /// What a store reads with: a child process in the program.
  @TaskLocal package static var current = TrialReader.here
}

extension TrialReader {
  /// Reads a file as far as it is to be read: what a child does. May crash on a malformed one.
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
    if rawValue == 3 { self = .proof } else if let parts = RunRecord.Parts(rawValue: rawValue) {
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
