import Operations
import PostgresAdapter

/// Where the changes of a stream come from: what has piled up while nobody received is asked for in portions, and what
/// comes after it is streamed.
actor ChangeFeed {
  private let settings: LinkSettings
  private let slot: String
  private let start: LSN
  private let asksForBacklog: Bool
  /// The source broke off in the middle of a portion. The stream may come further where it does so again.
  private(set) var hasBrokenOff = false
  private var stream: PostgresReplicationStream?
  private var isStreaming = false

  /// For the first change of a portion the source decodes all of it.
  private static let idleTimeout: Duration = .seconds(600)
  private static let timeout: Duration = .seconds(20)

  /// - Parameter asksForBacklog: whether what has piled up is asked for, and not streamed.
  init(settings: LinkSettings, slot: String, from start: LSN, asksForBacklog: Bool = true) {
    self.asksForBacklog = asksForBacklog
    self.settings = settings
    self.slot = slot
    self.start = start
  }

  /// Brings the backlog to the desk and begins to stream.
  ///
  /// - Throws: `PostgresError`; `PgoutputError`; `CancellationError`.
  func open(_ desk: StreamDesk) async throws {
    let position = asksForBacklog ? try await takeBacklog(desk) : start
    let stream = try await PostgresReplicationStream.connect(
      settings.decodingSession(purpose: "stream"), timeout: PostgresLink.connectTimeout)
    self.stream = stream
    try await stream.start(
      slot: slot, from: position, publications: settings.publications, timeout: Self.timeout)
    isStreaming = true
  }

  func receive(limit: Int, within timeout: Duration) async throws -> ReplicationMessages {
    guard let stream else { throw CancellationError() }
    return try await stream.receive(limit: limit, within: timeout)
  }

  /// - Returns: false while there is no stream yet that could be told.
  func acknowledge(received: LSN, flushed: LSN) async throws -> Bool {
    guard let stream, isStreaming else { return false }
    try await stream.acknowledge(received: received, flushed: flushed, at: SystemClock.now)
    return true
  }

  func close() async { await stream?.close() }

  // MARK: - Backlog

  private var backlogSession: PostgresSettings {
    var session = settings.decodingSession(purpose: "backlog")
    session.sessionSettings.merge(ExportedSnapshot.unhurried) { _, new in new }
    return session
  }

  /// - Returns: where the stream goes on.
  private func takeBacklog(_ desk: StreamDesk) async throws -> LSN {
    let backlog = try await PostgresReplicationBacklog.connect(backlogSession, timeout: PostgresLink.connectTimeout)
    do {
      let position = try await take(backlog, desk)
      await backlog.close()
      return position
    } catch {
      await backlog.close()
      throw error
    }
  }

  private func take(_ backlog: PostgresReplicationBacklog, _ desk: StreamDesk) async throws -> LSN {
    var position = start
    // No further than it reached in the beginning: what is written meanwhile is the stream's, or a source that writes
    // fast would be asked for ever.
    let end = try await backlog.end(timeout: Self.timeout)
    while end.position.bytes(since: position) >= settings.backlog.least {
      try await desk.put(ReplicationMessages(walEnd: end.position, serverClock: end.clock))
      if position > start {
        // What was confirmed is not decoded again.
        await desk.rest()
        do {
          try await backlog.confirm(slot: slot, to: await desk.durable, timeout: Self.idleTimeout)
        } catch let error as PostgresError where error.kind == .server {
          return position
        }
      }
      let limit = min(end.position, LSN(position.rawValue + settings.backlog.portion))
      guard try await take(backlog, before: limit, desk) else { return position }
      try await desk.put(ReplicationMessages(walEnd: end.position, keepaliveEnd: limit))
      position = max(limit, await desk.received)
    }
    return position
  }

  /// - Returns: false where the source refuses: the role may not, or there is no room for what is decoded. What is wrong
  ///   with the slot itself, the stream will say.
  private func take(
    _ backlog: PostgresReplicationBacklog, before limit: LSN, _ desk: StreamDesk
  ) async throws -> Bool {
    var rows = CopiedMessages()
    var hasCome = false
    do {
      try await backlog.begin(
        slot: slot, publications: settings.publications, before: limit, timeout: Self.timeout)
      while let messages = try await backlog.next(&rows, idleTimeout: Self.idleTimeout) {
        guard !messages.isEmpty else { continue }
        hasCome = true
        try await desk.put(messages)
      }
      return true
    } catch let error as PostgresError where error.kind == .server {
      guard hasCome else { return false }
      hasBrokenOff = true
      throw error
    }
  }
}
