/// What stands now under the keys that the open transaction has touched. Pure.
///
/// One row may be asked for under several keys that its table takes as equal, `A` and `a` where case does not count. The
/// server gives them one text in common.
struct StandingRows: Sendable {
  /// Told apart byte by byte.
  private struct Key: Hashable, Sendable {
    var relation: UInt32
    var values: ExactText
  }

  private var common: [Key: Key] = [:]
  private var rows: [Key: StandingRow] = [:]

  subscript(relation: UInt32, key: [String?]) -> StandingRow {
    get { common[Key(relation: relation, values: ExactText(key))].flatMap { rows[$0] } ?? .nothing }
    set {
      let key = Key(relation: relation, values: ExactText(key))
      rows[common[key] ?? key] = newValue
    }
  }

  func hasLooked(_ relation: UInt32, _ key: [String?]) -> Bool {
    common[Key(relation: relation, values: ExactText(key))] != nil
  }

  /// Whether both are keys of one row. Both have been looked for.
  func areEqual(_ relation: UInt32, _ one: [String?], _ other: [String?]) -> Bool {
    common[Key(relation: relation, values: ExactText(one))] == common[Key(relation: relation, values: ExactText(other))]
  }

  /// Takes what was found under a key. What the transaction has made of the row before, under another key of it, is newer.
  ///
  /// - Parameter common: what all keys of the row have in common.
  mutating func found(_ row: StandingRow, _ relation: UInt32, _ key: [String?], common text: String) {
    let place = Key(relation: relation, values: ExactText([text]))
    common[Key(relation: relation, values: ExactText(key))] = place
    if rows[place] == nil { rows[place] = row }
  }
}
