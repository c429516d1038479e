import Records

package enum RunStatus: Hashable, Sendable {
  case absent
  case stored(Outcome)
  /// The file exists but is not intact; the reason is a clause that begins with a verb.
  case damaged(reason: String)
  /// An intact file in a later format, written by a newer program. It is left unchanged.
  case newer(format: Int)
}
