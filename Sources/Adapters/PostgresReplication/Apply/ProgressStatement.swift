import Operations
import PostgresAdapter

/// Stores how far a link has come, in the transaction that writes the data.
enum ProgressStatement {
  /// Fails, and so takes the data along, when a newer controller has taken the link over.
  ///
  /// - Parameters:
  ///   - batch: what was applied; nil where there was nothing to apply.
  ///   - holdsRole: whether it fails too where the target has become the primary, and keeps it from becoming that until
  ///     the transaction ends: a promotion locks the same row.
  static func moving(
    _ settings: LinkSettings, to position: LSN, _ batch: ChangeBatch?, holdsRole: Bool = false
  ) -> PostgresStatement {
    let held = holdsRole ? "held AS (SELECT standing FROM signalbox.role WHERE id = 1 FOR KEY SHARE), " : ""
    let mayWrite = holdsRole ? " AND NOT EXISTS (SELECT FROM held WHERE standing = 'primary')" : ""
    return PostgresStatement(
      """
      WITH \(held)moved AS (
        UPDATE signalbox.link SET position = $2::pg_lsn, committed_at = coalesce($3::timestamptz, committed_at),
          seen_at = greatest($6::timestamptz, seen_at), transactions = transactions + $4::bigint,
          updated_at = clock_timestamp()
        WHERE name = $1::text AND generation = $5::bigint\(mayWrite) RETURNING 1)
      SELECT 1 / (SELECT count(*) FROM moved)::int
      """,
      [
        PostgresValue(settings.directionName), PostgresValue(position.description),
        PostgresValue(optional: batch?.committedAt?.postgresText), PostgresValue(batch?.transactions ?? 0),
        PostgresValue(settings.generation.rawValue), PostgresValue(optional: batch?.seen?.postgresText),
      ])
  }

  /// Whether the statement found no link of its generation: it divides by the number of rows that it moved.
  static func isFenced(_ error: PostgresError) -> Bool { error.sqlState == "22012" }

  static func fenced(_ settings: LinkSettings) -> LinkFailure {
    .blocked(
      "the link \(settings.directionName) has a newer controller, or its target is the primary now; it must not write "
        + "any more")
  }
}
