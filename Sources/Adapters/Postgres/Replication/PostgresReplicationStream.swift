internal import CLibpq
public import Operations
internal import SocketReadiness

/// A logical replication stream: one session in COPY BOTH mode.
///
/// Source: PostgreSQL 15 documentation, 55.4 "Streaming Replication Protocol" and 55.5 "Logical Streaming Replication
/// Protocol".
public struct PostgresReplicationStream: Sendable {
  private let connection: PostgresConnection

  /// The server that answered.
  public var host: PostgresSettings.Host { connection.host }

  /// Opens a session that speaks the replication protocol.
  ///
  /// - Throws: ``PostgresError``; `CancellationError`.
  public static func connect(_ settings: PostgresSettings, timeout: Duration) async throws -> PostgresReplicationStream
  {
    var settings = settings
    settings.isReplication = true
    return PostgresReplicationStream(connection: try await PostgresConnection.connect(settings, timeout: timeout))
  }

  /// A new slot, and what the database held at the moment it begins.
  public struct Slot: Sendable, Equatable {
    public var name: String
    /// The stream begins here.
    public var consistentPoint: LSN
    /// To be given to `SET TRANSACTION SNAPSHOT` in other sessions, while this one runs nothing else.
    public var snapshot: String?
  }

  /// Creates a slot. It waits for every transaction that runs now.
  ///
  /// - Parameter isTemporary: the slot goes with this session.
  public func createSlot(
    _ name: String, isTemporary: Bool = false, exportsSnapshot: Bool, timeout: Duration
  ) async throws -> Slot {
    // The form that servers before 15 know too.
    let snapshot = exportsSnapshot ? "EXPORT_SNAPSHOT" : "NOEXPORT_SNAPSHOT"
    let row = try await connection.execute(
      "CREATE_REPLICATION_SLOT \(quoted(name)) \(isTemporary ? "TEMPORARY " : "")LOGICAL pgoutput \(snapshot)",
      timeout: timeout
    ).only()
    guard let point = LSN(try row.get("consistent_point", as: String.self)) else {
      throw PostgresError(.unexpectedResult, "the slot's consistent point is no log position", host: host.description)
    }
    return Slot(name: name, consistentPoint: point, snapshot: try row.getIfPresent("snapshot_name"))
  }

  /// The server's timeline, and where its log ends on its disk; of a standby, where it has been replayed.
  public func identify(timeout: Duration) async throws -> (timeline: UInt32, end: LSN) {
    let row = try await connection.execute("IDENTIFY_SYSTEM", timeout: timeout).only()
    let timeline = try row.get("timeline", as: Int64.self)
    guard let end = LSN(try row.get("xlogpos", as: String.self)), let number = UInt32(exactly: timeline) else {
      throw PostgresError(.unexpectedResult, "the server's position is no log position", host: host.description)
    }
    return (number, end)
  }

  /// Where the timelines before `timeline` were left: each by the one after it.
  ///
  /// Source: PostgreSQL documentation, "Streaming Replication Protocol", `TIMELINE_HISTORY`; a line of the file is the
  /// parent's number, the position at which it was left, and the reason, separated by tabs (`timeline.c`).
  public func history(of timeline: UInt32, timeout: Duration) async throws -> [UInt32: LSN] {
    let row = try await connection.execute("TIMELINE_HISTORY \(timeline)", timeout: timeout).only()
    return Self.history(try row.get("content", as: String.self))
  }

  private static func history(_ content: String) -> [UInt32: LSN] {
    content.split(whereSeparator: \.isNewline).reduce(into: [:]) { history, line in
      let parts = line.split(separator: "\t")
      guard parts.count >= 2, let timeline = UInt32(parts[0]), let position = LSN(String(parts[1])) else { return }
      history[timeline] = position
    }
  }

  /// Begins to stream from `position`, or from what the slot has confirmed where that is later.
  public func start(slot: String, from position: LSN, publications: [String], timeout: Duration) async throws {
    let names = publications.map(quoted).joined(separator: ",").escaping("'")
    try await connection.startStreaming(
      "START_REPLICATION SLOT \(quoted(slot)) LOGICAL \(position) (proto_version '1', publication_names '\(names)')",
      timeout: timeout)
  }

  /// Waits for the next messages and takes all that have arrived, at most about `limit` bytes.
  ///
  /// - Returns: no messages when none came in time.
  /// - Throws: ``PostgresError``, of kind `disconnected` when the server ended the stream, of kind `invalid` when
  ///   another task waits for messages already; `CancellationError`.
  public func receive(limit: Int, within timeout: Duration) async throws -> ReplicationMessages {
    try await connection.receiveMessages(limit: limit, within: timeout)
  }

  /// Tells the server how far we are. What is acknowledged as flushed may be forgotten by the server.
  ///
  /// - Parameters:
  ///   - clock: ours, as the server wants to know it.
  ///   - wantsReply: whether the server is to answer at once, with a keepalive.
  public func acknowledge(received: LSN, flushed: LSN, at clock: Timestamp, wantsReply: Bool = false) async throws {
    try await connection.sendStatus(received: received, flushed: flushed, at: clock, wantsReply: wantsReply)
  }

  public func close() async { await connection.close() }

  private func quoted(_ name: String) -> String { "\"" + name.escaping("\"") + "\"" }
}
