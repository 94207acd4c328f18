/// Whether the letters of what was typed occur in a name in that order, and how well.
enum FuzzyMatch {
  /// The smaller the better; nil where it does not match. Letters together and at the beginning of words count most.
  static func score(_ input: String, in name: String) -> Int? {
    var score = 0
    var previous = -1
    let letters = Array(name.lowercased())
    for letter in input.lowercased() where letter != " " {
      guard let index = letters[(previous + 1)...].firstIndex(of: letter) else { return nil }
      let startsWord = index == 0 || letters[index - 1] == " " || letters[index - 1] == "-"
      score += startsWord || index == previous + 1 ? 0 : 1 + index - previous
      previous = index
    }
    return score
  }
}
