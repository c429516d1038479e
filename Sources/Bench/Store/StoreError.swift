import Foundation

/// Why results could not be read or written. The description names the file, what happened and how to fix it.
package enum StoreError: Error, Equatable, Sendable {
  /// The operating system refused: which call on which path, and its error number.
  case io(action: String, path: String, code: Int32)
  /// The cell has no file.
  case absent(path: String)
  /// The file is not a complete file of this program.
  case damaged(path: String, reason: String)
  /// The file is intact but in a later format than this program reads.
  case newer(path: String, format: Int)
  /// The HDF5 library failed; `trace` is its error stack, innermost last.
  case hdf5(action: String, path: String, trace: [String])
}

extension StoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .io(let action, let path, let code):
      return "cannot \(action) '\(path)': \(String(cString: strerror(code))). \(StoreError.remedy(for: code))"
    case .absent(let path):
      return "result file '\(path)' does not exist. Train the cell first with the command 'run'."
    case .damaged(let path, let reason):
      return "\(StoreError.damaged(path: path, reason: reason).what). If it is a result, delete it and train the cell "
        + "again with the command 'run'."
    case .newer(let path, let format):
      return "'\(path)' has format \(format), but this program reads up to format \(Seal.format). Use the newer "
        + "program that wrote it, or another results folder."
    case .hdf5(let action, let path, let trace):
      let said = trace.isEmpty ? "no reason given" : trace.joined(separator: "; ")
      return "HDF5 could not \(action) for '\(path)': \(said)."
    }
  }

  /// What is wrong, without the remedy.
  package var what: String {
    switch self {
    case .damaged(let path, let reason): "'\(path)' is damaged: it \(reason)"
    default: description
    }
  }

  private static func remedy(for code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "Free some disk space or choose another folder with --results; finished cells are intact."
    case EACCES, EPERM, EROFS: "Check the permissions or choose another folder with --results."
    case ENOTDIR, EISDIR, EEXIST: "Another file has that name: move it or choose another folder with --results."
    case EMFILE, ENFILE: "Too many files are open: raise the limit (ulimit -n) or run fewer jobs (-j)."
    case EFBIG: "The file size limit is too low: raise it (ulimit -f)."
    case EIO: "The disk reports an error: check the disk or choose another folder with --results."
    default: "If the error persists, choose another folder with --results; finished cells are intact."
    }
  }
}
