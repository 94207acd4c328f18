import Operations
import PostgresAdapter

/// The row of `signalbox.applied` that says whose a transaction's changes are. It comes first in its transaction, so that
/// the link of the other direction drops what follows instead of sending it back.
enum AppliedMarker {
  /// Older than every change, and tells the other side of no transaction that it would know: for rows that are written as
  /// they stood at the source, whenever they were changed there.
  static let asTheyStood = "-infinity"

  /// - Parameter committedAt: the commit time at the node, as PostgreSQL writes it.
  static func statement(committedAt: String, node: CloudID) -> PostgresStatement {
    PostgresStatement(
      """
      INSERT INTO signalbox.applied (transaction, committed_at, node)
      VALUES (pg_current_xact_id()::xid::text::bigint, $1::timestamptz, $2::text)
      ON CONFLICT (transaction) DO UPDATE SET committed_at = excluded.committed_at, node = excluded.node
      """, [PostgresValue(committedAt), PostgresValue(node.rawValue)])
  }
}
