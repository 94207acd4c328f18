/// Finds what someone most likely meant.
enum NearestMatch {
  /// The candidate with the fewest edits from `word`, where that is close enough to be a typing mistake.
  static func of(_ word: String, among candidates: [String]) -> String? {
    let word = word.lowercased()
    let ranked = candidates.map { (candidate: $0, distance: distance(word, $0.lowercased())) }
    guard let best = ranked.min(by: { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }) else { return nil }
    return best.distance <= max(2, word.count / 3) ? best.candidate : nil
  }

  /// `; did you mean 'focus'?`, or nothing.
  static func hint(for word: String, among candidates: [String]) -> String {
    of(word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// Insertions, deletions and substitutions (Levenshtein).
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let substituted = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
