internal import Glibc
internal import SocketReadiness
internal import Synchronization

/// Sessions for many callers.
///
/// A session that broke, grew old or was left inside a transaction is not given out again. When a statement is refused
/// because the session may not write (``PostgresError/refusesWrites``), all sessions are replaced: with
/// ``PostgresSettings/TargetSession/readWrite`` the new ones find the server that takes writes now, so that writes
/// follow a promotion without a change to the settings. A server that looks as if it took writes and refuses them as
/// read-only is tried last until no other is to be had, and sessions are not replaced again within
/// ``PostgresPoolLimits/pauseAfterRefusal``.
public final class PostgresPool: Sendable {
  public let limits: PostgresPoolLimits
  private let settings: PostgresSettings
  private let permits: PermitQueue
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())

  private struct Member {
    var connection: PostgresConnection
    var openedAt: ContinuousClock.Instant
    var generation: Int
  }

  private struct State {
    var idle: [Member] = []
    var inUse = 0
    /// Sessions of an older generation are closed instead of given out.
    var generation = 0
    /// Tried first: the server that answered last.
    var preferred: PostgresSettings.Host?
    /// Tried last: the server that refused a write last.
    var refusing: PostgresSettings.Host?
    var retiredAt: ContinuousClock.Instant?
    var failure: (error: PostgresError, at: ContinuousClock.Instant)?
    /// The attempt that is under way since the last one failed: others wait for what comes of it.
    var trial: CompletionSignal?
    var isClosed = false
  }

  private enum Turn {
    /// Tells `trial` what came of it, if there is one.
    case open(generation: Int, hosts: [PostgresSettings.Host], trial: CompletionSignal?)
    case wait(CompletionSignal)
  }

  public convenience init(_ settings: PostgresSettings, limits: PostgresPoolLimits) throws(PostgresError) {
    try self.init(settings, limits: limits) { .now }
  }

  /// - Parameter now: by which pauses and a session's age are counted; a caller's patience is not.
  init(
    _ settings: PostgresSettings, limits: PostgresPoolLimits,
    now: @escaping @Sendable () -> ContinuousClock.Instant
  ) throws(PostgresError) {
    try settings.check()
    self.settings = settings
    self.limits = limits
    self.now = now
    permits = PermitQueue(permits: limits.connections, waitingLimit: limits.waiting)
  }

  public var usage: PostgresPoolUsage {
    state.withLock { state in
      PostgresPoolUsage(
        inUse: state.inUse, idle: state.idle.count, waiting: permits.waitingCount, limit: limits.connections)
    }
  }

  /// The server that the newest session is with.
  public var host: PostgresSettings.Host? { state.withLock { $0.preferred } }

  /// Lends a session to `body`, whole: nobody else uses it meanwhile.
  ///
  /// - Parameter timeout: for getting the session, not for `body`.
  /// - Throws: ``PostgresError`` of kind `exhausted`, `connect` or `timedOut`; `CancellationError`; what `body` throws.
  public func withConnection<Value: Sendable>(
    timeout: Duration, _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await lend(until: .now + timeout, opensSession: false, body).outcome.get()
  }

  /// - Parameter opensSession: whether the session is to be a new one, though others are idle.
  /// - Returns: what came of `body`, and whether sessions that are opened from now on are others than the one it had.
  /// - Throws: where no session was to be had.
  func lend<Value: Sendable>(
    until deadline: ContinuousClock.Instant, opensSession: Bool, _ body: (PostgresConnection) async throws -> Value
  ) async throws -> (outcome: Result<Value, any Error>, isReplaced: Bool) {
    do { try await permits.acquire(until: deadline) } catch let refusal as PermitQueue.Refusal {
      let reason = refusal == .full ? "too many callers wait for a session" : "no session became free in time"
      throw PostgresError(.exhausted, reason, host: settings.place)
    }
    defer { permits.release() }
    let member = opensSession ? try await replacement(until: deadline) : try await member(until: deadline)
    state.withLock { $0.inUse += 1 }
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await body(member.connection)) } catch {
      if let error = error as? PostgresError, error.refusesWrites { retire(since: member, error) }
      outcome = .failure(error)
    }
    await giveBack(member)
    return (outcome, state.withLock { $0.generation != member.generation })
  }

  /// Closes every session before its next use, so that new ones are opened.
  public func retire() { state.withLock { $0.generation += 1 } }

  /// Closes the idle sessions now and every other when it is given back; opens no more.
  public func close() async {
    let idle = state.withLock { state in
      state.isClosed = true
      defer { state.idle = [] }
      return state.idle
    }
    for member in idle { await member.connection.close() }
  }

  /// The first refusal of a generation ends it; later ones of the same do not end the next. Where new sessions are
  /// refused as the old ones were, opening others at once would gain nothing, and cost the server more than the refusals.
  private func retire(since member: Member, _ error: PostgresError) {
    state.withLock { state in
      guard state.generation == member.generation else { return }
      if let retiredAt = state.retiredAt, now() < retiredAt + limits.pauseAfterRefusal { return }
      state.generation += 1
      state.retiredAt = now()
      // A right that is missing somewhere says nothing of the server.
      if error.sqlState == "25006" { state.refusing = member.connection.host }
    }
  }

  private func member(until deadline: ContinuousClock.Instant) async throws -> Member {
    while let member = state.withLock({ $0.idle.popLast() }) {
      if isFit(member), isQuiet(member.connection.descriptor) { return member }
      await member.connection.close()
    }
    return try await open(until: deadline)
  }

  /// In the place of an idle one, so that there are never more than the limit.
  private func replacement(until deadline: ContinuousClock.Instant) async throws -> Member {
    let idle = state.withLock { $0.idle.popLast() }
    await idle?.connection.close()
    return try await open(until: deadline)
  }

  private func open(until deadline: ContinuousClock.Instant) async throws -> Member {
    while true {
      switch try turn() {
      case .wait(let trial):
        do { try await trial.wait(until: deadline) } catch let error as SocketReadinessError {
          throw PostgresError(.timedOut, "no session could be opened in time: \(error)", host: settings.place)
        }
      case .open(let generation, let hosts, let trial):
        defer { ended(trial) }
        return try await open(hosts, generation, until: deadline)
      }
    }
  }

  /// While nobody answers, or nobody takes writes, one caller tries at a time: all at once they would keep the servers
  /// from what they are waited for.
  private func turn() throws -> Turn {
    try state.withLock { state in
      if state.isClosed { throw PostgresError(.exhausted, "the pool is closed", host: settings.place) }
      guard let failure = state.failure else {
        return .open(generation: state.generation, hosts: ordered(state), trial: nil)
      }
      if let trial = state.trial { return .wait(trial) }
      if now() < failure.at + limits.pauseAfterFailure { throw failure.error }
      let trial: CompletionSignal
      do { trial = try CompletionSignal() } catch {
        throw PostgresError(.connect, "\(error)", host: settings.place)
      }
      state.trial = trial
      return .open(generation: state.generation, hosts: ordered(state), trial: trial)
    }
  }

  private func ended(_ trial: CompletionSignal?) {
    guard let trial else { return }
    state.withLock { $0.trial = nil }
    trial.fire()
  }

  private func open(
    _ hosts: [PostgresSettings.Host], _ generation: Int, until deadline: ContinuousClock.Instant
  ) async throws -> Member {
    var session = settings
    session.hosts = hosts
    let timeout = min(limits.connectTimeout, ContinuousClock.now.duration(to: deadline))
    do {
      let connection = try await PostgresConnection.connect(session, timeout: timeout)
      state.withLock { state in
        state.failure = nil
        // One that was begun before the sessions were replaced says nothing of what came after.
        guard state.generation == generation else { return }
        state.preferred = connection.host
        // No other was to be had, or it takes writes again.
        if connection.host == state.refusing { state.refusing = nil }
      }
      return Member(connection: connection, openedAt: now(), generation: generation)
    } catch let error as PostgresError {
      state.withLock { $0.failure = (error, now()) }
      throw error
    }
  }

  private func giveBack(_ member: Member) async {
    let isFit = await member.connection.isIdle && isFit(member)
    let isKept = state.withLock { state in
      state.inUse -= 1
      guard isFit, !state.isClosed else { return false }
      state.idle.append(member)
      return true
    }
    if !isKept { await member.connection.close() }
  }

  private func isFit(_ member: Member) -> Bool {
    let generation = state.withLock { $0.generation }
    return member.generation == generation && now() < member.openedAt + limits.lifetime
  }

  /// Whether the server has sent nothing since the last answer. An idle session that has something to read was ended, or
  /// is about to be.
  private func isQuiet(_ descriptor: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) == 0
  }

  private func ordered(_ state: State) -> [PostgresSettings.Host] {
    let rank = { (host: PostgresSettings.Host) in
      host.isSameServer(as: state.refusing) ? 2 : host.isSameServer(as: state.preferred) ? 0 : 1
    }
    return (0...2).flatMap { place in settings.hosts.filter { rank($0) == place } }
  }
}

extension PostgresSettings.Host {
  /// Whatever way leads to it.
  fileprivate func isSameServer(as other: PostgresSettings.Host?) -> Bool { name == other?.name && port == other?.port }
}
