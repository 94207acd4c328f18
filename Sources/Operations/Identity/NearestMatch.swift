/// Finds what someone who mistyped a word probably meant.
public enum NearestMatch {
  /// The candidate within a third of `word`'s length in edits, the nearest first; nil when none is.
  public static func of(_ word: String, among candidates: [String]) -> String? {
    let allowed = max(1, word.count / 3)
    return candidates.map { (distance: distance(word.lowercased(), $0.lowercased()), candidate: $0) }
      .filter { $0.distance <= allowed }
      .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
      .candidate
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
  static func distance(_ left: String, _ right: String) -> Int {
    let from = Array(left)
    let to = Array(right)
    var beforeLast: [Int] = []
    var last = Array(0...to.count)
    for i in 0..<from.count {
      var row = [i + 1]
      for j in 0..<to.count {
        var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (from[i] == to[j] ? 0 : 1))
        if i > 0, j > 0, from[i] == to[j - 1], from[i - 1] == to[j] { best = min(best, beforeLast[j - 1] + 1) }
        row.append(best)
      }
      beforeLast = last
      last = row
    }
    return last[to.count]
  }
}
