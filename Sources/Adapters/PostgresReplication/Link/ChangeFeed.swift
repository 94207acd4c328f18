import Operations
import PostgresAdapter

/// Where the changes of a stream come from: what has piled up while nobody received is asked for in portions, and what
/// comes after it is streamed.
actor ChangeFeed {
  private let settings: LinkSettings
  private let slot: String
  private let start: LSN
  private let timeline: UInt32?
  private let asksForBacklog: Bool
  /// At the source, for the backlog; nil where it has yet to be opened, and once it has been used.
  private var session: PostgresConnection?
  /// The source broke off in the middle of a portion. The stream may come further where it does so again.
  private(set) var hasBrokenOff = false
  private var stream: PostgresReplicationStream?
  private var isStreaming = false

  /// For the first change of a portion the source decodes all of it.
  private static let idleTimeout: Duration = .seconds(600)
  private static let timeout: Duration = .seconds(20)

  /// - Parameters:
  ///   - timeline: on which `start` is; nil where that is not known.
  ///   - asksForBacklog: whether what has piled up is asked for, and not streamed.
  ///   - session: of this link's at the source, that nobody else uses; it is closed.
  init(
    settings: LinkSettings, slot: String, from start: LSN, timeline: UInt32? = nil, asksForBacklog: Bool = true,
    session: PostgresConnection? = nil
  ) {
    self.asksForBacklog = asksForBacklog
    self.session = session
    self.settings = settings
    self.slot = slot
    self.start = start
    self.timeline = timeline
  }

  /// Brings the backlog to the desk and begins to stream.
  ///
  /// - Throws: ``LinkFailure`` where the source lets nobody in; `PostgresError`; `PgoutputError`; `CancellationError`.
  func open(_ desk: StreamDesk) async throws {
    let position = asksForBacklog ? try await takeBacklog(desk) : start
    await session?.close()
    session = nil
    let stream = try await settings.enterStream(
      as: settings.decodingSession(purpose: "stream"), timeout: PostgresLink.connectTimeout)
    self.stream = stream
    try await requireSameLog(stream, until: position)
    try await stream.start(
      slot: slot, from: position, publications: settings.publications, timeout: Self.timeout)
    isStreaming = true
  }

  /// The server may have become another since the link was looked at.
  private func requireSameLog(_ stream: PostgresReplicationStream, until position: LSN) async throws {
    let found = try await stream.identify(timeout: Self.timeout)
    try requireSameLog(SourceLog(timeline: found.timeline, end: found.end), until: position)
  }

  private func requireSameLog(_ found: SourceLog, until position: LSN) throws {
    guard let timeline, found.timeline != timeline || found.end < position else { return }
    throw LinkFailure.unreachable(
      "the source has failed over or was restored since it was looked at (timeline \(found.timeline), was \(timeline); "
        + "log until \(found.end), asked for from \(position)); it is looked at again")
  }

  func receive(limit: Int, within timeout: Duration) async throws -> ReplicationMessages {
    guard let stream else { throw CancellationError() }
    return try await stream.receive(limit: limit, within: timeout)
  }

  /// - Returns: false while there is no stream yet that could be told.
  func acknowledge(received: LSN, flushed: LSN) async throws -> Bool {
    guard let stream, isStreaming else { return false }
    // Its answer tells that the source is alive, and what its clock says.
    try await stream.acknowledge(received: received, flushed: flushed, at: SystemClock.now, wantsReply: true)
    return true
  }

  func close() async {
    await session?.close()
    await stream?.close()
  }

  // MARK: - Backlog

  private var backlogSession: PostgresSettings {
    var session = settings.decodingSession(purpose: "backlog")
    session.sessionSettings.merge(ExportedSnapshot.unhurried) { _, new in new }
    // What is decoded is held there until it is sent.
    session.sessionSettings["work_mem"] = "\(max(4, settings.decodingMegabytes / 4))MB"
    return session
  }

  /// - Returns: where the stream goes on.
  private func takeBacklog(_ desk: StreamDesk) async throws -> LSN {
    let backlog = try await openBacklog()
    do {
      let position = try await take(backlog, desk)
      await backlog.close()
      return position
    } catch {
      await backlog.close()
      throw error
    }
  }

  private func openBacklog() async throws -> PostgresReplicationBacklog {
    guard let session else {
      let session = try await settings.enter(
        settings.source, as: backlogSession, timeout: PostgresLink.connectTimeout)
      do {
        if let log = try await SourceLog.read(on: session) { try requireSameLog(log, until: start) }
        return PostgresReplicationBacklog(over: session)
      } catch {
        await session.close()
        throw error
      }
    }
    try await session.reconfigure(as: backlogSession, timeout: PostgresLink.connectTimeout)
    self.session = nil
    return PostgresReplicationBacklog(over: session)
  }

  private func take(_ backlog: PostgresReplicationBacklog, _ desk: StreamDesk) async throws -> LSN {
    // No further than it reached in the beginning: what is written meanwhile is the stream's, or a source that writes
    // fast would be asked for ever.
    let end = try await backlog.end(timeout: Self.timeout)
    guard end.position.bytes(since: start) >= settings.backlog.least else { return start }
    // The copy of a slot that stands far back takes its time.
    try await desk.put(ReplicationMessages(walEnd: end.position, serverClock: end.clock))
    guard let copy = try await copy(backlog) else { return start }
    var portions = BacklogPortions(limits: settings.backlog, from: start, to: end.position)
    var confirmed = start
    while let portion = portions.next {
      if portions.position.bytes(since: confirmed) >= settings.backlog.portion {
        guard try await confirm(slot, backlog, to: await desk.durable) else { return portions.position }
        confirmed = portions.position
      }
      guard let count = try await take(portion, of: backlog, copy, desk) else { return portions.position }
      portions.took(portion, count: count, received: await desk.received)
      try await desk.put(ReplicationMessages(walEnd: end.position, keepaliveEnd: portions.position))
    }
    // A stream begins to read where the slot stands, and would take its time over what has come already.
    _ = try await confirm(slot, backlog, to: await desk.durable)
    return portions.position
  }

  /// - Returns: nil where the source refuses: the role may not, or there is no slot to spare. What is wrong with the
  ///   slot itself, the stream will say.
  private func copy(_ backlog: PostgresReplicationBacklog) async throws -> String? {
    do {
      let copy = try await backlog.copy(slot: slot, timeout: Self.timeout)
      // What was applied and not confirmed yet is passed over many times as fast as it is decoded.
      return try await confirm(copy, backlog, to: start) ? copy : nil
    } catch let error as PostgresError where error.kind == .server {
      return nil
    }
  }

  private func confirm(
    _ slot: String, _ backlog: PostgresReplicationBacklog, to position: LSN
  ) async throws -> Bool {
    do {
      try await backlog.confirm(slot: slot, to: position, timeout: Self.idleTimeout)
      return true
    } catch let error as PostgresError where error.kind == .server {
      return false
    }
  }

  /// - Returns: how many messages came; nil where the source refuses: the role may not, or there is no room for what is
  ///   decoded.
  private func take(
    _ portion: BacklogPortions.Portion, of backlog: PostgresReplicationBacklog, _ copy: String, _ desk: StreamDesk
  ) async throws -> Int? {
    var rows = CopiedMessages()
    var count = 0
    do {
      try await backlog.begin(
        copy: copy, publications: settings.publications, before: portion.limit, messages: portion.messages,
        timeout: Self.timeout)
      while let messages = try await backlog.next(&rows, idleTimeout: Self.idleTimeout) {
        guard !messages.isEmpty else { continue }
        count += messages.ends.count
        try await desk.put(messages)
      }
      await desk.lull()
      return count
    } catch let error as PostgresError where error.kind == .server {
      guard count > 0 else { return nil }
      hasBrokenOff = true
      throw error
    }
  }
}
