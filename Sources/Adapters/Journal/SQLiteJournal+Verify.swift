import GRDB

extension SQLiteJournal {
  /// What a check of the chain found.
  public enum Verification: Sendable, Equatable {
    case intact(entries: Int)
    /// The first entry whose hash, or place, is not what the chain demands.
    case broken(sequence: Int64, reason: String)
  }

  /// Recomputes every hash from the first entry on.
  public func verify() async throws -> Verification {
    do {
      return try await database.read(Self.verify)
    } catch {
      throw JournalError(path: path, error)
    }
  }

  private static func verify(_ database: Database) throws -> Verification {
    var expectedSequence: Int64 = 1
    var previousHash = JournalRow.genesisHash
    let rows = try Row.fetchCursor(database, sql: "SELECT * FROM entry ORDER BY sequence")
    while let row = try rows.next() {
      let sequence: Int64 = row["sequence"]
      guard sequence == expectedSequence else {
        return .broken(sequence: expectedSequence, reason: "it is missing")
      }
      guard row["previousHash"] as String == previousHash else {
        return .broken(sequence: sequence, reason: "it does not follow the entry before it")
      }
      let hash = JournalRow.chained(
        previousHash,
        [String(sequence), row["at"], row["operation"] as String? ?? "", row["actor"], row["body"]])
      guard row["hash"] as String == hash else {
        return .broken(sequence: sequence, reason: "its content was changed")
      }
      previousHash = hash
      expectedSequence += 1
    }
    return .intact(entries: Int(expectedSequence - 1))
  }
}
