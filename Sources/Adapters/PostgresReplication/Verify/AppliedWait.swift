import Operations
import PostgresAdapter

/// Waits until a link has applied what its source had written at some moment.
struct AppliedWait: Sendable {
  /// The source's position that is durable at the target.
  var applied: @Sendable () async throws -> LSN
  var pollInterval: Duration
  var clock: any Clock<Duration>

  /// What is committed and can be seen in a session before this is asked, is before the position.
  ///
  /// - Throws: ``PostgresError``.
  static func position(_ source: PostgresConnection, timeout: Duration) async throws -> LSN {
    // A commit can be seen before it is flushed or even written (`synchronous_commit = off`), but not before it is inserted.
    let sql = """
      SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END
          AS position, pg_size_bytes(current_setting('wal_segment_size')) AS segment,
        current_setting('wal_block_size')::int AS page
      """
    let row = try await source.query(sql, timeout: timeout).only()
    guard let position = LSN(try row.get("position", as: String.self)) else { return .zero }
    return end(position, segment: try row.get("segment"), page: try row.get("page"))
  }

  /// The insert position is where the next record will begin. After a full page that is behind the next page's header
  /// of 24 bytes, or 40 in a segment's first page, which an idle server never sends.
  ///
  /// Source: PostgreSQL's `XLogBytePosToRecPtr` and `XLogBytePosToEndRecPtr`.
  static func end(_ position: LSN, segment: UInt64, page: UInt64) -> LSN {
    let header: UInt64 = position.rawValue % segment == 40 ? 40 : position.rawValue % page == 24 ? 24 : 0
    return LSN(position.rawValue - header)
  }

  /// - Returns: nil once the position is applied; otherwise how far it came in the time allowed.
  /// - Throws: what asking for the applied position throws; `CancellationError`.
  func reach(_ position: LSN, within limit: Duration) async throws -> LSN? {
    let deadline = ContinuousClock.now + limit
    while true {
      let applied = try await applied()
      if applied >= position { return nil }
      if .now >= deadline { return applied }
      try await clock.sleep(for: pollInterval)
    }
  }
}
