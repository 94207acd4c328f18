import Operations
import PostgresAdapter

/// What the target remembers of one table, in `signalbox.link_table`.
///
/// `waiting`: nothing was copied, and what the target's table holds is not ours. `copying`: what it holds is ours and is
/// thrown away when the copy begins again. `streaming`: copied; changes committed at the source from `ready` on are
/// still to be applied. `parked` and `refused`: left alone for the reason given.
struct LinkTableRecord: Sendable, Equatable {
  var table: String
  var state: ReplicatedTable.State
  var ready: LSN?
  var reason: String?
  var rowsApplied: Int
  /// The source's table that it is a copy of, by its OID; nil where that was not noted down.
  var origin: Int64?

  /// By table; empty where nothing was prepared.
  static func all(of link: String, on target: PostgresConnection) async throws -> [String: LinkTableRecord] {
    guard try await Bookkeeping.exists("link_table", on: target) else { return [:] }
    let rows = try await target.query(
      """
      SELECT table_name, state, ready::text AS ready, reason, rows_applied,
        (to_jsonb(t) ->> 'origin')::bigint AS origin -- books that somebody else has made may lack it
      FROM signalbox.link_table t WHERE link = $1 ORDER BY table_name
      """, [PostgresValue(link)], timeout: .seconds(20))
    var records: [String: LinkTableRecord] = [:]
    for row in rows {
      let record = LinkTableRecord(
        table: try row.get("table_name"),
        state: ReplicatedTable.State(rawValue: try row.get("state")) ?? .waiting,
        ready: try row.getIfPresent("ready", as: String.self).flatMap { LSN($0) },
        reason: try row.getIfPresent("reason"), rowsApplied: try row.get("rows_applied"),
        origin: try row.getIfPresent("origin"))
      records[record.table] = record
    }
    return records
  }

  static func set(
    _ state: ReplicatedTable.State, of table: String, link: String, ready: LSN? = nil, reason: String? = nil,
    on target: PostgresConnection
  ) async throws {
    try await target.query(
      """
      INSERT INTO signalbox.link_table (link, table_name, state, ready, reason)
      VALUES ($1, $2, $3, $4::pg_lsn, $5)
      ON CONFLICT (link, table_name) DO UPDATE SET state = excluded.state, ready = excluded.ready,
        reason = excluded.reason
      """,
      [
        PostgresValue(link), PostgresValue(table), PostgresValue(state.rawValue),
        ready.map { PostgresValue("\($0)") }, reason.map { PostgresValue($0) },
      ], timeout: .seconds(20))
  }

  /// Notes down which of the source's tables these are, where there is room for it.
  static func note(_ origins: [String: Int64], link: String, on target: PostgresConnection) async throws {
    let names = origins.keys.sorted()
    do {
      try await target.query(
        """
        UPDATE signalbox.link_table t SET origin = u.origin
        FROM unnest($2::text[], $3::bigint[]) AS u(name, origin) WHERE t.link = $1 AND t.table_name = u.name
        """,
        [
          PostgresValue(link), PostgresValue(TableCatalog.arrayLiteral(names)),
          PostgresValue(TableCatalog.arrayLiteral(names.map { "\(origins[$0] ?? 0)" })),
        ], timeout: .seconds(20))
    } catch let error as PostgresError where error.sqlState == "42703" {}
  }

  /// It is taken for a copy of whichever table has its name now. Also within a transaction, and where there is no room
  /// for origins.
  static func forgetOrigin(of table: String, link: String, on target: PostgresConnection) async throws {
    let hasOrigins = try await target.query(
      """
      SELECT FROM pg_attribute
      WHERE attrelid = 'signalbox.link_table'::regclass AND attname = 'origin' AND NOT attisdropped
      """, timeout: .seconds(20))
    guard !hasOrigins.isEmpty else { return }
    try await target.query(
      "UPDATE signalbox.link_table SET origin = NULL WHERE link = $1 AND table_name = $2",
      [PostgresValue(link), PostgresValue(table)], timeout: .seconds(20))
  }

  /// With what is remembered of its rows.
  static func remove(_ table: String, link: String, on target: PostgresConnection) async throws {
    for books in ["link_seen", "link_kept", "link_table"] {
      try await target.query(
        "DELETE FROM signalbox.\(books) WHERE link = $1 AND table_name = $2",
        [PostgresValue(link), PostgresValue(table)], timeout: .seconds(20))
    }
  }
}
