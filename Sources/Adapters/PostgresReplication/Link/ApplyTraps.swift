/// Mistakes that a link can be told to make, so that tests show that they would be noticed. Nothing but a test of this
/// package can set them.
struct ApplyTraps: OptionSet, Sendable, Hashable {
  let rawValue: Int

  /// What was received is acknowledged before it is durable at the target.
  static let acknowledgesEarly = ApplyTraps(rawValue: 1 << 0)
  /// Values that were not sent because they did not change are written as null.
  static let writesUnchangedAsNull = ApplyTraps(rawValue: 1 << 1)
  /// Transactions are put together where conflicts are resolved by commit time.
  static let mergesTransactions = ApplyTraps(rawValue: 1 << 2)
  /// Deletes are not remembered.
  static let forgetsTombstones = ApplyTraps(rawValue: 1 << 3)
  /// Progress is stored in a transaction of its own, after the data's.
  static let storesProgressApart = ApplyTraps(rawValue: 1 << 4)
  /// What was applied from the other side is sent back to it.
  static let echoes = ApplyTraps(rawValue: 1 << 5)
}

extension ChangeBatch {
  /// The mistake that ``ApplyTraps/writesUnchangedAsNull`` stands for.
  mutating func nullUnchanged() {
    for index in fields.indices where fields[index].isUnchanged { fields[index] = .null }
  }
}
