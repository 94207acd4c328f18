internal import CLibpq
internal import SocketReadiness

/// One session with a server. Statements are run one after another; nothing blocks the cooperative pool.
///
/// A statement that outlives its timeout, or whose task is cancelled, costs the session: the server is asked to stop it
/// and the connection is closed, because what it would still send could not be told from the next answer.
public actor PostgresConnection {
  let handle: ConnectionHandle
  /// The server that answered.
  public nonisolated let host: PostgresSettings.Host
  /// What the connection is secured with; nil without TLS.
  public nonisolated let security: PostgresSecurity?
  /// As in `150006` for 15.6.
  public nonisolated let serverVersionNumber: Int
  /// The descriptor, for a look at its health from outside.
  nonisolated let descriptor: Int32

  /// Statements that were prepared here, by their text.
  var prepared: [String: String] = [:]
  var isRunning = false
  /// Those who wait for their turn. Whose signal is taken out and fired has it.
  var queue: [CompletionSignal] = []
  var occupation = Occupation.none
  /// Whether a call waits for data of a copy or of a stream.
  var isReading = false

  init(_ handle: ConnectionHandle, place: PostgresSettings.Host) {
    self.handle = handle
    host = handle.host ?? place
    security = handle.pointer.flatMap(PostgresSecurity.init)
    serverVersionNumber = handle.pointer.map { Int(PQserverVersion($0)) } ?? 0
    descriptor = handle.pointer.map { PQsocket($0) } ?? -1
  }

  /// Opens a session. Name resolution and the handshake have a thread of their own.
  ///
  /// With several hosts, each is given its share of the time; the first that fits
  /// ``PostgresSettings/targetSession`` is kept.
  ///
  /// - Throws: ``PostgresError`` of kind `invalid`, `connect` or `timedOut`; `CancellationError`.
  public static func connect(_ settings: PostgresSettings, timeout: Duration) async throws -> PostgresConnection {
    try settings.check()
    let handle = try await Connecting.run(settings, until: .now + timeout)
    return PostgresConnection(handle, place: settings.hosts[0])
  }

  /// Whether the session has ended, as far as is known without asking the server.
  public var isBroken: Bool { handle.pointer.map { PQstatus($0) != CONNECTION_OK } ?? true }

  /// Whether the session is outside any transaction, and so fit for another user.
  var isIdle: Bool { handle.pointer.map { PQtransactionStatus($0) == PQTRANS_IDLE } ?? false }

  /// What the server remarked on since this was last asked; the newest few.
  public func takeNotices() -> [String] { handle.notices.take() }

  /// Ends the session. A statement that is running fails.
  public func close() {
    handle.close()
    prepared = [:]
    // A copy that will never be read to its end must not keep those who wait.
    if case .copyOut = occupation {
      occupation = .none
      endTurn()
    }
  }
}
