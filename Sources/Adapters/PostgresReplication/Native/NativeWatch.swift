import Operations
import PostgresAdapter

/// Looks at a subscription that runs, from both sides, and tells what changed since the last look.
struct NativeWatch: Sendable {
  let settings: LinkSettings
  private var history = PositionHistory()
  private var rows: [String: Int]?
  private var applyErrors: Int?

  init(settings: LinkSettings) { self.settings = settings }

  /// - Throws: ``LinkFailure`` when the slot or the subscription is gone, or applying fails; ``PostgresError``.
  mutating func look(_ sides: Sides) async throws -> LinkProgress {
    let now: Int64 = try await sides.source.query(
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now", timeout: .seconds(10), preparing: true
    ).only().get("now")
    let clock = Timestamp(microsecondsSinceEpoch: now)
    // Looked at before the target's: what the target has then is not counted as missing.
    let position = try await AppliedWait.position(sides.source, timeout: .seconds(10))
    guard let subscription = try await Subscription.read(settings, on: sides.target) else {
      throw LinkFailure.blocked("the subscription \(settings.slotName) is gone from the target")
    }
    guard let slot = try await SourceSlot.read(settings.slotName, on: sides.source), !slot.isLost else {
      throw LinkFailure.slotLost("the slot \(settings.slotName) is gone from the source, or has lost its log")
    }
    try judge(subscription)
    let applied = slot.confirmed ?? .zero
    let received = max(applied, subscription.received ?? .zero)
    history.add(position, at: clock)
    let progress = LinkProgress(
      sourcePosition: position, received: received, applied: applied, receivedCommit: history.time(at: received),
      appliedCommit: history.time(at: applied), sourceClock: clock, rows: newRows(subscription))
    history.forget(before: applied)
    return progress
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
