/// The known name that a mistyped one most likely means, or nil if none is close.
///
/// Close means an edit distance of at most a third of the name's length, but at least one, or the initials of the known
/// name's words: lr is learning_rate.
public func nearest(to name: String, among known: [String]) -> String? {
  let bound = max(1, name.count / 3)
  return known.map { ($0, editDistance(name.lowercased(), $0.lowercased())) }
    .filter { $0.1 <= bound }
    .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    ?? known.first { known in
      let words = known.lowercased().split(separator: "_")
      return words.count > 1 && name.lowercased() == String(words.compactMap(\.first))
    }
}

/// The end of a message about an unknown name: " Did you mean 'sam'? Known: sam, sgd."
public func suggestion(for name: String, among known: [String]) -> String {
  let hint = nearest(to: name, among: known).map { " Did you mean '\($0)'?" } ?? ""
  return "\(hint) Known: \(known.isEmpty ? "none" : known.joined(separator: ", "))."
}

/// The number of insertions, deletions, substitutions and swaps of neighbors that turn one text into the other (optimal
/// string alignment). A swap is the most common typing mistake and counts once.
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var distance = min(last[j] + (a[i] == b[j] ? 0 : 1), row[j] + 1, last[j + 1] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforeLast[j - 1] + 1) }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
