import Operations
import PostgresAdapter

/// Looks for what a link would leave behind at its source if it were turned now. The stream has ended.
struct SourceRemains: Sendable {
  let settings: LinkSettings
  /// For transactions that are just ending, and for the server to see that the stream is gone.
  var patience: Duration = .seconds(10)

  private static let pause: Duration = .milliseconds(100)
  /// It begins to read where the slot's oldest transaction began.
  private static let decoding: Duration = .seconds(300)
  private static let counted = 10_000

  /// - Parameter position: what the target has of the source's log.
  /// - Returns: nil where nothing would be left, or the slot is gone and nobody can tell.
  /// - Throws: ``PostgresError``; `CancellationError`.
  func find(on source: PostgresConnection, from position: LSN) async throws -> String? {
    if let open = try await findOpenTransactions(on: source) { return open }
    let deadline = ContinuousClock.now + patience
    while true {
      do { return try await changes(source, from: position) } catch let error as PostgresError
        where error.sqlState == "55006" && .now < deadline
      {
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  /// As ``find(on:from:)``, of what has not been committed.
  func findOpenTransactions(on source: PostgresConnection) async throws -> String? {
    let deadline = ContinuousClock.now + patience
    // What has begun since the first look may be anybody's, in schemas that are none of this link's.
    var waitedFor = try await openTransactions(source)
    while !waitedFor.isEmpty {
      guard ContinuousClock.now < deadline else {
        let open = waitedFor.values.sorted().prefix(5).joined(separator: "; ")
        return
          "transactions that have written are open at \(settings.sourceNode) (\(open)): let them end, or end them, "
          + "then again"
      }
      try await Task.sleep(for: Self.pause)
      let open = try await openTransactions(source)
      waitedFor = waitedFor.filter { open[$0.key] != nil }
    }
    return nil
  }

  private func changes(_ source: PostgresConnection, from position: LSN) async throws -> String? {
    guard let slot = try await SourceSlot.read(settings.slotName, on: source), slot.foreignClaim == nil else {
      return nil
    }
    // What the target has on its disk need not be looked at; the last acknowledgement may not have come.
    try await PostgresReplicationBacklog(over: source).confirm(slot: slot.name, to: position, timeout: Self.decoding)
    let publications = settings.publications.map(SQLText.identifier).joined(separator: ",")
    // An insert, update, delete or truncation, but for our own heartbeat: its message names the table after the kind.
    let count: Int = try await source.query(
      """
      SELECT count(*)::int AS n
      FROM pg_logical_slot_peek_binary_changes($1, NULL, \(Self.counted), 'proto_version', '1', 'publication_names', $2)
      WHERE get_byte(data, 0) = 84 OR get_byte(data, 0) IN (73, 85, 68)
        AND ('x' || encode(substr(data, 2, 4), 'hex'))::bit(32)::bigint IS DISTINCT FROM to_regclass($3)::oid::bigint
      """, [PostgresValue(slot.name), PostgresValue(publications), PostgresValue(LinkSettings.heartbeat)],
      timeout: Self.decoding
    ).only().get("n")
    guard count > 0 else { return nil }
    let amount = count >= Self.counted ? "\(Self.counted) and more" : "\(count)"
    return
      "\(settings.sourceNode) has been written since it was drained (\(amount) changes): take the application's right "
      + "to write there away and end its sessions, then again"
  }

  /// What is said of each, by its number.
  private func openTransactions(_ source: PostgresConnection) async throws -> [String: String] {
    let rows = try await source.query(
      """
      SELECT backend_xid::text AS id, 'pid ' || pid || ' (' || coalesce(usename, '?') || coalesce(', ' || nullif(application_name, ''), '')
        || ')' || coalesce(' since ' || date_trunc('second', xact_start)::text, '') AS who
      FROM pg_stat_activity
      WHERE backend_xid IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()
        AND coalesce(backend_type, '') NOT IN ('autovacuum worker', 'parallel worker')
      UNION ALL SELECT transaction::text, 'prepared transaction ' || gid || ' since ' || date_trunc('second', prepared)::text
      FROM pg_prepared_xacts WHERE database = current_database()
      """, timeout: .seconds(20))
    return try rows.reduce(into: [:]) { found, row in found[try row.get("id", as: String.self)] = try row.get("who") }
  }
}
