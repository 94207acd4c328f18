import Operations
import PostgresAdapter

/// Looks at a subscription that runs, from both sides, and tells what changed since the last look.
struct NativeWatch: Sendable {
  let settings: LinkSettings
  private var history = PositionHistory()
  private var pulse: SubscriptionPulse
  private var rows: [String: Int]?
  private var applyErrors: Int?

  init(settings: LinkSettings) {
    self.settings = settings
    pulse = SubscriptionPulse(settings: settings)
  }

  /// - Throws: ``LinkFailure`` when the slot or the subscription is gone, nothing works for it, or applying fails;
  ///   ``PostgresError``.
  mutating func look(_ sides: Sides) async throws -> LinkProgress {
    let now: Int64 = try await sides.source.query(
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now", timeout: .seconds(10), preparing: true
    ).only().get("now")
    let clock = Timestamp(microsecondsSinceEpoch: now)
    // Looked at before the target's: what the target has then is not counted as missing.
    let position = try await AppliedWait.position(sides.source, timeout: .seconds(10))
    let subscription = try await Subscription.require(settings, on: sides.target)
    guard let slot = try await SourceSlot.read(settings.slotName, on: sides.source), !slot.isLost else {
      throw LinkFailure.slotLost("the slot \(settings.slotName) is gone from the source, or has lost its log")
    }
    try pulse.judge(subscription, at: .now)
    try judge(subscription)
    let applied = slot.confirmed ?? .zero
    let received = max(applied, subscription.received ?? .zero)
    history.add(position, at: clock)
    var commit = history.time(at: applied)
    // Not every role may ask.
    if commit == nil { commit = try? await Self.newestCommit(settings, on: sides.target) }
    let progress = LinkProgress(
      sourcePosition: position, received: received, applied: applied, receivedCommit: history.time(at: received),
      appliedCommit: commit, sourceClock: clock, rows: newRows(subscription))
    history.forget(before: applied)
    return progress
  }

  /// When the source committed what the target has committed last, for a history that does not reach back so far: what is
  /// applied is noted down with the source's time.
  ///
  /// - Returns: nil where the target keeps no such times, or that transaction is not the subscription's.
  static func newestCommit(_ settings: LinkSettings, on target: PostgresConnection) async throws -> Timestamp? {
    // Before version 14 it is not told whose it is.
    guard target.serverVersionNumber >= 140_000 else { return nil }
    let rows = try await target.query(
      """
      SELECT CASE WHEN current_setting('track_commit_timestamp')::bool THEN (
          SELECT (extract(epoch FROM x.timestamp) * 1000000)::bigint
          FROM pg_last_committed_xact() x JOIN pg_replication_origin o ON o.roident = x.roident
          WHERE o.roname = 'pg_' || s.oid) END AS at
      FROM pg_subscription s
      WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      """, [PostgresValue(settings.slotName)], timeout: .seconds(10), preparing: true)
    return try rows.first?.getIfPresent("at", as: Int64.self).map { Timestamp(microsecondsSinceEpoch: $0) }
  }

  /// A worker that fails is started again by its server, and fails again.
  private mutating func judge(_ subscription: Subscription) throws {
    let known = applyErrors ?? subscription.applyErrors
    applyErrors = known
    guard subscription.applyErrors > known, !subscription.isWorking else { return }
    throw LinkFailure.unreachable(
      "the target's server cannot apply a change and tries again and again; its log says which: a row that is there "
        + "already, for instance, was written by somebody else")
  }

  private mutating func newRows(_ subscription: Subscription) -> [String: Int] {
    let counts = subscription.tables.mapValues(\.rowsWritten)
    defer { rows = counts }
    guard let before = rows else { return [:] }
    return counts.compactMapValues { $0 }.reduce(into: [:]) { new, entry in
      let count = entry.value - (before[entry.key] ?? entry.value)
      if count > 0 { new[entry.key] = count }
    }
  }
}
