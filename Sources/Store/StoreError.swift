import Foundation

/// Why results could not be read or written. The description names the file, what happened and the way out.
package enum StoreError: Error, Equatable, Sendable {
  /// The operating system refused: which call on which path, and its error number.
  case io(action: String, path: String, code: Int32)
  /// There is no file of that cell.
  case absent(path: String)
  /// The file is not one that was written whole by this program.
  case damaged(path: String, reason: String)
  /// The file is whole but of a later format than this program knows.
  case newer(path: String, format: Int)
  /// The HDF5 library refused; `trace` is its own error stack, innermost last.
  case hdf5(action: String, path: String, trace: [String])
}

extension StoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .io(let action, let path, let code):
      return "cannot \(action) '\(path)': \(String(cString: strerror(code))). \(StoreError.remedy(for: code))"
    case .absent(let path):
      return "there is no result file '\(path)'. Train the cell first, with the command 'run'."
    case .damaged(let path, let reason):
      return "\(StoreError.damaged(path: path, reason: reason).what). If it is a result, delete it and train the cell "
        + "again, with the command 'run'."
    case .newer(let path, let format):
      return "'\(path)' has format \(format), this program reads up to format \(Seal.format). Use the newer program "
        + "that wrote it, or another results folder."
    case .hdf5(let action, let path, let trace):
      let said = trace.isEmpty ? "no reason given" : trace.joined(separator: "; ")
      return "HDF5 could not \(action) for '\(path)': \(said)."
    }
  }

  /// What is wrong, without the way out.
  package var what: String {
    switch self {
    case .damaged(let path, let reason): "'\(path)' is damaged: it \(reason)"
    default: description
    }
  }

  private static func remedy(for code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "Make space or choose another folder with --results; finished cells are intact."
    case EACCES, EPERM, EROFS: "Give yourself write permission or choose another folder with --results."
    case ENOTDIR, EISDIR, EEXIST: "Something else has that name: move it away or choose another folder with --results."
    case EMFILE, ENFILE: "Too many files are open: raise the limit (ulimit -n) or run fewer jobs."
    case EFBIG: "The file size limit is too low: raise it (ulimit -f)."
    case EIO: "The disk reports an error: check it, or choose another folder with --results."
    default: "Choose another folder with --results if it persists; finished cells are intact."
    }
  }
}
