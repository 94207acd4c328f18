public import Operations
import PostgresAdapter

/// One direction of replication by whole tables, compared again and again: for sources without logical decoding, such
/// as a standby or a server with `wal_level = replica`. It makes nothing at the source and needs only `SELECT` there.
///
/// The target shows the source as it was at the last snapshot. Where tables have ``LinkSettings/timestampColumn``, the
/// target's application may write as well: of two versions of a row the later stays, and the other is logged. What it
/// inserts stays, and what it deletes comes back.
public actor SnapshotLink {
  public nonisolated let settings: LinkSettings
  nonisolated let chores: LinkChores
  private let clock: any Clock<Duration>
  /// Set to take the next snapshot without waiting for the interval's end.
  private var isWanted = false
  private var isTaking = false
  /// When one was last under way, and how many have failed since the last that was complete.
  private var takenAt = ContinuousClock.now
  private var failures = 0
  private var repairs = 0
  private var position: LSN?
  private var nap: Task<Void, Never>?

  private static let tick: Duration = .seconds(1)
  private static let patience: Duration = .seconds(60)
  private static let failuresBorne = 4
  private static let shortTick: Duration = .milliseconds(20)

  public init(settings: LinkSettings) { self.init(settings: settings, clock: ContinuousClock()) }

  init(settings: LinkSettings, clock: any Clock<Duration>) {
    self.settings = settings
    self.clock = clock
    chores = LinkChores(settings: settings)
  }

  /// Takes a snapshot at once, and then one each interval, until cancelled or broken.
  ///
  /// - Throws: ``LinkFailure``; `CancellationError`.
  public func stream(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    defer {
      takenAt = .now
      if isTaking, !Task.isCancelled { failures += 1 }
      isTaking = false
      isWanted = false
    }
    while true {
      while repairs > 0 { try await clock.sleep(for: Self.shortTick) }
      isWanted = false
      isTaking = true
      let taken = try await SnapshotPass(settings: settings, clock: clock).run(report: report)
      isTaking = false
      takenAt = .now
      failures = 0
      position = taken.position
      try await watch(taken, report)
    }
  }

  /// Tells how far the source has gone since, until it is time for the next snapshot.
  private func watch(
    _ taken: SnapshotPass.Outcome, _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    do {
      let source = try await settings.enter(
        settings.source, as: settings.session(settings.source, purpose: "watch"), timeout: LinkChores.connectTimeout)
      do {
        try await watch(taken, on: source, report)
        await source.close()
      } catch {
        await source.close()
        throw error
      }
    } catch let error as PostgresError {
      throw LinkFailure(error, doing: "watching the source of the link \(settings.directionName)")
    }
  }

  private func watch(
    _ taken: SnapshotPass.Outcome, on source: PostgresConnection,
    _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    var waited: Duration = .zero
    while true {
      let position = try await AppliedWait.position(source, timeout: .seconds(10))
      let now: Int64 = try await source.query(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now", timeout: .seconds(10),
        preparing: true
      ).only().get("now")
      await report(
        .applied(
          LinkProgress(
            sourcePosition: position, received: taken.position, applied: taken.position,
            receivedCommit: taken.takenAt, appliedCommit: taken.takenAt,
            sourceClock: Timestamp(microsecondsSinceEpoch: now))))
      guard waited < settings.snapshotInterval, !isWanted else { return }
      let time = min(Self.tick, settings.snapshotInterval - waited)
      try await doze(time)
      waited += time
      guard waited < settings.snapshotInterval, !isWanted else { return }
    }
  }

  /// Sleeps, or until a snapshot is wanted.
  private func doze(_ time: Duration) async throws {
    let nap = Task { [clock] in _ = try? await clock.sleep(for: time) }
    self.nap = nap
    await withTaskCancellationHandler {
      await nap.value
    } onCancel: {
      nap.cancel()
    }
    try Task.checkCancellation()
  }

  /// The source's position at the newest complete snapshot.
  public func appliedPosition() async throws -> LSN {
    if let position { return position }
    return try await chores.recordedPosition()
  }

  /// As ``appliedPosition()``, and has the next snapshot taken now: whoever asks again and again gets what he waits for.
  ///
  /// - Throws: ``LinkFailure/unreachable(_:)`` when none begins, or one after the other fails.
  func hurriedPosition() async throws -> LSN {
    if !isTaking {
      // The last may have been long ago.
      if !isWanted { takenAt = .now }
      isWanted = true
      nap?.cancel()
      guard .now - takenAt < Self.patience, failures < Self.failuresBorne else {
        throw LinkFailure.unreachable("the link \(settings.directionName) takes no snapshot: see signalbox sync status")
      }
    }
    return try await appliedPosition()
  }

  /// Keeps snapshots from beginning while `body` runs, after the one that is being taken.
  func betweenSnapshots<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
    repairs += 1
    defer { repairs -= 1 }
    while isTaking { try await clock.sleep(for: Self.shortTick) }
    return try await body()
  }

  func forget() { position = nil }
}
