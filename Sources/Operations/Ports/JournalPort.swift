/// The durable, append-only record of what was intended and what came of it.
public protocol JournalPort: Sendable {
  /// Returns once the entry is on disk.
  ///
  /// - Throws: when it could not be made durable; the caller must then not touch the world.
  func append(_ draft: JournalEntry.Draft) async throws -> JournalEntry

  /// Entries with a sequence above `sequence`, oldest first, at most `limit`.
  func entries(after sequence: Int64, limit: Int) async throws -> [JournalEntry]

  /// The newest entries, oldest first, at most `limit`.
  func newest(_ limit: Int) async throws -> [JournalEntry]

  /// All entries of operations that were started and not ended, oldest first.
  func unfinished() async throws -> [JournalEntry]

  /// All entries of one operation, oldest first.
  func entries(of operation: OperationID) async throws -> [JournalEntry]

  /// Whether an entry could be written now, tried for real.
  ///
  /// - Throws: the reason why not.
  func checkWritable() async throws
}
