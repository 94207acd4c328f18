import PostgresAdapter

/// The session that writes at the target.
struct SnapshotWriter: Sendable {
  let connection: PostgresConnection
  /// Whether triggers and foreign keys stay silent for what it writes.
  let isReplica: Bool
}
