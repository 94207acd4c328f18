/// What stands now under the keys that the open transaction has touched. Pure.
///
/// Keys are told apart byte by byte. One row may be asked for under several that its table takes as equal, `A` and `a`
/// where case does not count: what it has itself is its key then.
struct StandingRows: Sendable {
  private struct Key: Hashable, Sendable {
    var relation: UInt32
    var values: ExactText
  }

  private var rows: [Key: StandingRow] = [:]
  private var aliases: [Key: Key] = [:]

  subscript(relation: UInt32, key: [String?]) -> StandingRow {
    get { rows[place(relation, key)] ?? .nothing }
    set { rows[place(relation, key)] = newValue }
  }

  func hasLooked(_ relation: UInt32, _ key: [String?]) -> Bool { rows[place(relation, key)] != nil }

  /// Whether both are keys of one row.
  func areEqual(_ relation: UInt32, _ one: [String?], _ other: [String?]) -> Bool {
    place(relation, one) == place(relation, other)
  }

  /// Takes what was found under a key.
  ///
  /// - Parameter own: the key that the row has itself.
  mutating func found(_ row: StandingRow, _ relation: UInt32, _ key: [String?], own: [String?]) {
    let asked = Key(relation: relation, values: ExactText(key))
    // The transaction may have written the row's key differently since it was first asked for.
    let its = place(relation, own)
    if asked != its {
      rows[asked] = nil
      aliases[asked] = its
      // What the transaction has made of it since is newer than what was read.
      if rows[its].map({ $0 != .nothing }) ?? false { return }
    }
    rows[its] = row
  }

  private func place(_ relation: UInt32, _ key: [String?]) -> Key {
    let key = Key(relation: relation, values: ExactText(key))
    return aliases[key] ?? key
  }
}
