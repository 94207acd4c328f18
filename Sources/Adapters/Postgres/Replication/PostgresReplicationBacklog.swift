public import Operations

/// What a slot has in store, asked for as rows instead of as a stream.
///
/// A sender of a stream hands each message to the network by itself, which costs it several times what decoding costs.
/// As rows the same messages come in full packets. In exchange the server decodes a whole portion before it sends the
/// first of it, and what does not fit into its memory waits in its temporary files: good for a backlog of known size.
///
/// A copy of the slot is read, which ends with the session. So portions follow each other without waiting until what
/// they brought is durable somewhere, and the slot itself keeps the log until that is confirmed.
///
/// Source: PostgreSQL 15 documentation, 9.27.6 "Replication Management Functions"; COPY, "Binary Format".
public struct PostgresReplicationBacklog: Sendable {
  private let connection: PostgresConnection

  /// Opens a session for the questions. It runs no replication protocol, and needs a role that may replicate.
  ///
  /// - Throws: ``PostgresError``; `CancellationError`.
  public static func connect(
    _ settings: PostgresSettings, timeout: Duration
  ) async throws -> PostgresReplicationBacklog {
    PostgresReplicationBacklog(over: try await PostgresConnection.connect(settings, timeout: timeout))
  }

  /// Over a session that is this one's from here on.
  public init(over connection: PostgresConnection) { self.connection = connection }

  /// Where the server's log ends on its disk, and what its clock says.
  ///
  /// - Throws: ``PostgresError``; `CancellationError`.
  public func end(timeout: Duration) async throws -> (position: LSN, clock: Timestamp) {
    let row = try await connection.query(
      """
      SELECT pg_current_wal_flush_lsn()::text AS position,
        (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock
      """, timeout: timeout
    ).only()
    guard let position = LSN(try row.get("position", as: String.self)) else {
      throw PostgresError(.unexpectedResult, "the end of the log is no log position", host: connection.host.description)
    }
    return (position, Timestamp(microsecondsSinceEpoch: try row.get("clock")))
  }

  /// Makes a copy of the slot, as it stands, for this session alone.
  ///
  /// - Returns: the copy's name.
  /// - Throws: ``PostgresError``, also where the server has no slot to spare; `CancellationError`.
  public func copy(slot: String, timeout: Duration) async throws -> String {
    let name = "signalbox_backlog_" + String(UInt64.random(in: 0 ... .max), radix: 36)
    try await connection.query(
      "SELECT pg_copy_logical_replication_slot($1, $2, true)", [PostgresValue(slot), PostgresValue(name)],
      timeout: timeout)
    return name
  }

  /// Begins to read the transactions that the copy has not given yet and whose commit stands in the log before `end`;
  /// of the slot itself nothing is confirmed by that. A transaction that is committed exactly there may come as well.
  ///
  /// - Parameters:
  ///   - copy: as ``copy(slot:timeout:)`` has named it.
  ///   - end: no further than what ``end(timeout:)`` has said.
  ///   - messages: with the transaction that brings so many it ends earlier.
  /// - Throws: ``PostgresError``; `CancellationError`.
  public func begin(
    copy: String, publications: [String], before end: LSN, messages: Int, timeout: Duration
  ) async throws {
    let names = publications.map { "\"" + $0.escaping("\"") + "\"" }.joined(separator: ",")
    let quoted = { (text: String) in "'" + text.escaping("'") + "'" }
    try await connection.startCopyOut(
      """
      COPY (SELECT data FROM pg_logical_slot_get_binary_changes(\(quoted(copy)), \(quoted(end.description)),
        \(min(messages, Int(Int32.max))), 'proto_version', '1', 'publication_names', \(quoted(names)))) TO STDOUT
        (FORMAT binary)
      """, timeout: timeout)
  }

  /// The next messages; nil after the last.
  ///
  /// - Parameter idleTimeout: for the first of them the server decodes all.
  /// - Throws: ``PostgresError``; `CancellationError`.
  public func next(_ rows: inout CopiedMessages, idleTimeout: Duration) async throws -> ReplicationMessages? {
    guard let chunk = try await connection.copyOutChunk(idleTimeout: idleTimeout) else { return nil }
    do { return try rows.take(chunk) } catch {
      await connection.close()
      throw PostgresError(.unexpectedResult, "\(error)", host: connection.host.description)
    }
  }

  /// Lets the server forget what comes before `position`.
  ///
  /// - Throws: ``PostgresError``; `CancellationError`.
  public func confirm(slot: String, to position: LSN, timeout: Duration) async throws {
    // It refuses to go back, and knows better than anybody else whether it would.
    try await connection.query(
      """
      SELECT pg_replication_slot_advance(slot_name, $2::pg_lsn) FROM pg_replication_slots
      WHERE slot_name = $1 AND confirmed_flush_lsn < $2::pg_lsn
      """, [PostgresValue(slot), PostgresValue(position.description)], timeout: timeout)
  }

  public func close() async { await connection.close() }
}
