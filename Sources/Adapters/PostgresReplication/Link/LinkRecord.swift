import Operations
import PostgresAdapter

/// A link's row in `signalbox.link` at the target.
struct LinkRecord: Sendable, Equatable {
  var slot: String
  var generation: Generation
  /// Everything the source committed before it is to be seen at the target, and durable once a commit after it has waited
  /// for the disk; zero before the slot was made.
  var position: LSN
  /// When the newest of it was committed at the source; nil where it is a copy alone.
  var committedAt: Timestamp?

  /// - Returns: nil where the link never was prepared, or nothing ever was.
  static func read(_ name: String, on target: PostgresConnection) async throws -> LinkRecord? {
    guard try await Bookkeeping.exists("link", on: target) else { return nil }
    let rows = try await target.query(
      """
      SELECT slot, generation, position::text AS position,
        (extract(epoch FROM committed_at) * 1000000)::bigint AS committed
      FROM signalbox.link WHERE name = $1
      """, [PostgresValue(name)], timeout: .seconds(20))
    return try rows.first.map { row in
      LinkRecord(
        slot: try row.get("slot"), generation: Generation(try row.get("generation", as: UInt64.self)),
        position: LSN(try row.get("position", as: String.self)) ?? .zero,
        committedAt: try row.getIfPresent("committed", as: Int64.self).map { Timestamp(microsecondsSinceEpoch: $0) })
    }
  }

  /// Takes the link over at the target. From then on whoever holds a lower generation is refused.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` when a higher one has taken it over.
  static func claim(_ settings: LinkSettings, on target: PostgresConnection) async throws {
    let claimed = try await target.query(
      """
      INSERT INTO signalbox.link AS l (name, slot, generation, position) VALUES ($1, $2, $3::bigint, '0/0')
      ON CONFLICT (name) DO UPDATE SET generation = excluded.generation, updated_at = clock_timestamp()
        WHERE l.generation <= excluded.generation
      RETURNING generation
      """,
      [
        PostgresValue(settings.directionName), PostgresValue(settings.slotName),
        PostgresValue(settings.generation.rawValue),
      ], timeout: .seconds(20))
    guard claimed.isEmpty else { return }
    let held = try await read(settings.directionName, on: target)?.generation
    throw LinkFailure.blocked(
      "the link \(settings.directionName) is held at the target by generation "
        + "\(held.map { "\($0)" } ?? "unknown"), newer than ours (\(settings.generation)): "
        + "another host has taken it over; stop this one, or let it take a newer generation")
  }

  /// Waits until what can be seen at the target is on its disk, and for nobody's lock.
  static func flush(_ target: PostgresConnection) async throws {
    // A message in the log that nobody has asked for: a transaction that writes nothing to the log does not wait.
    try await target.query(
      """
      SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_logical_emit_message(true, 'signalbox', '') END::text AS position
      """, timeout: .seconds(20))
  }

  /// Sets where the stream begins.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` when the link was taken over meanwhile.
  static func begin(_ settings: LinkSettings, at position: LSN, on target: PostgresConnection) async throws {
    let moved = try await target.query(
      """
      UPDATE signalbox.link SET position = $3::pg_lsn, slot = $4, committed_at = NULL, updated_at = clock_timestamp()
      WHERE name = $1 AND generation = $2::bigint
      """,
      [
        PostgresValue(settings.directionName), PostgresValue(settings.generation.rawValue),
        PostgresValue("\(position)"), PostgresValue(settings.slotName),
      ], timeout: .seconds(20))
    guard moved.affectedCount == 1 else {
      throw LinkFailure.blocked("the link \(settings.directionName) was taken over by a newer generation")
    }
  }
}
