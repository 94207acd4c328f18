import Operations
import PostgresAdapter

/// Stores how far a link has come, in the transaction that writes the data.
enum ProgressStatement {
  /// Fails, and so takes the data along, when a newer controller has taken the link over, or when somebody else has
  /// moved the link on: a session whose client has died still does what it was sent, and may commit after the next one
  /// of the same link has read the books.
  ///
  /// - Parameters:
  ///   - before: where the books stand.
  ///   - batch: what was applied; nil where there was nothing to apply.
  ///   - passed: where there was nothing to apply, what was passed.
  ///   - holdsRole: whether it fails too where the target has become the primary, and keeps it from becoming that until
  ///     the transaction ends: a promotion locks the same row.
  static func moving(
    _ settings: LinkSettings, from before: LSN, to position: LSN, _ batch: ChangeBatch? = nil,
    passed: StreamDesk.Passed? = nil, holdsRole: Bool = false
  ) -> PostgresStatement {
    let held = holdsRole ? "held AS (SELECT standing FROM signalbox.role WHERE id = 1 FOR KEY SHARE), " : ""
    let mayWrite = holdsRole ? " AND NOT EXISTS (SELECT FROM held WHERE standing = 'primary')" : ""
    // Where the books stand is not asked in the condition, which could not tell that from a newer controller. It is
    // asked of the row as it is once the lock on it has come.
    return PostgresStatement(
      """
      WITH \(held)moved AS (
        UPDATE signalbox.link SET
          position = CASE WHEN position = $7::pg_lsn THEN $2 ELSE '\(moved)' || position END::pg_lsn,
          committed_at = coalesce($3::timestamptz, committed_at),
          seen_at = greatest($6::timestamptz, seen_at), transactions = transactions + $4::bigint,
          updated_at = clock_timestamp()
        WHERE name = $1::text AND generation = $5::bigint\(mayWrite) RETURNING 1)
      SELECT 1 / (SELECT count(*) FROM moved)::int
      """,
      [
        PostgresValue(settings.directionName), PostgresValue(position.description),
        PostgresValue(optional: (batch?.committedAt ?? passed?.committedAt)?.postgresText),
        PostgresValue(batch?.transactions ?? 0), PostgresValue(settings.generation.rawValue),
        PostgresValue(optional: (batch?.seen ?? passed?.seen)?.postgresText),
        PostgresValue(before.description),
      ])
  }

  /// Makes a text that no position has.
  private static let moved = "signalbox: moved to "

  /// What it means that the statement failed; nil where something else did.
  static func failure(_ error: PostgresError, _ settings: LinkSettings) -> LinkFailure? {
    // It divides by the number of rows that it has found.
    if error.sqlState == "22012" { return fenced(settings) }
    guard error.sqlState == "22P02", error.message.contains(moved) else { return nil }
    return .unreachable(
      "another session of the link \(settings.directionName) has committed what this one was applying; it is received "
        + "again from where that one stands")
  }

  static func fenced(_ settings: LinkSettings) -> LinkFailure {
    .blocked(
      "the link \(settings.directionName) has a newer controller, or its target is the primary now; it must not write "
        + "any more")
  }
}
