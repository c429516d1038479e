import Records

/// What the store knows of a cell without training it.
package enum RunStatus: Hashable, Sendable {
  case absent
  case stored(Outcome)
  /// There is a file, but this program did not write it whole; the reason says what is wrong with it.
  case damaged(reason: String)
  /// A whole file of a later format, written by a newer program. It is left as it is.
  case newer(format: Int)
}
