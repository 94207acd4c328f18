import Operations
import PostgresAdapter

/// What the target's books say of a link.
struct LinkBook: Sendable, Equatable {
  var slot: String
  var generation: Generation
  /// Everything before it is to be seen at the target; it is durable once a commit after it has waited for the disk.
  var position: LSN
  var committedAt: Timestamp?
  /// Commit time of the newest of the target's own transactions that the source knew of at ``position``.
  var seenAt: Timestamp?
  /// All that the target committed until then, the source knew of.
  var knownAt: Timestamp?
  /// The source's timeline on which ``position`` is; nil where it was never told.
  var timeline: UInt32?
  var tables: [String: LinkTableRecord]

  /// - Returns: nil for a link that was never prepared.
  /// - Throws: ``PostgresError``.
  static func read(_ name: String, on connection: PostgresConnection) async throws -> LinkBook? {
    try await find("SELECT \(columns) FROM signalbox.link WHERE name = $1", name, connection)
  }

  /// As ``read(_:on:)``, once whoever writes for the link has committed, and what he wrote is on the target's disk.
  static func settle(_ name: String, on target: PostgresConnection) async throws -> LinkBook? {
    try await find(
      "UPDATE signalbox.link SET updated_at = clock_timestamp() WHERE name = $1 RETURNING \(columns)", name, target)
  }

  private static let columns = """
    slot, generation, position::text AS position,
    (extract(epoch FROM committed_at) * 1000000)::bigint AS committed,
    (extract(epoch FROM seen_at) * 1000000)::bigint AS seen,
    (extract(epoch FROM known_at) * 1000000)::bigint AS known
    """

  private static func find(_ sql: String, _ name: String, _ connection: PostgresConnection) async throws -> LinkBook? {
    guard try await Bookkeeping.exists("link", on: connection) else { return nil }
    let links = try await connection.query(sql, [PostgresValue(name)], timeout: .seconds(20))
    guard let row = links.first, let position = LSN(try row.get("position", as: String.self)) else { return nil }
    let committed = try row.getIfPresent("committed", as: Int64.self)
    let seen = try row.getIfPresent("seen", as: Int64.self)
    let known = try row.getIfPresent("known", as: Int64.self)
    return LinkBook(
      slot: try row.get("slot"), generation: Generation(try row.get("generation")), position: position,
      committedAt: committed.map { Timestamp(microsecondsSinceEpoch: $0) },
      seenAt: seen.map { Timestamp(microsecondsSinceEpoch: $0) },
      knownAt: known.map { Timestamp(microsecondsSinceEpoch: $0) },
      timeline: try await SourceLog.known(of: name, on: connection),
      tables: try await LinkTableRecord.all(of: name, on: connection))
  }
}
