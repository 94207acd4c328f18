import Operations

/// How far a target is behind, from what its link reports. Pure.
///
/// The seconds are on the source's clock alone, so that clock skew between the sides does not count.
struct LagGauge: Sendable, Equatable {
  private var source = LSN.zero
  private var received = LSN.zero
  private var applied = LSN.zero
  private var receivedCommit: Timestamp?
  private var appliedCommit: Timestamp?
  /// The source's clock less ours.
  private var offset: Duration = .zero
  /// What the source's clock was when it last told.
  private var told: Timestamp?
  /// When, on the source's clock, everything that was there had been received and applied: what is missing now was
  /// committed later, however old the newest change is.
  private var receivedAll: Timestamp?
  private var appliedAll: Timestamp?
  private(set) var measuredAt: Timestamp?
  private var firstClock: Timestamp?
  /// Where the source's log ended at earlier looks, oldest first: a target that has come to one of them has all that
  /// was committed before it.
  private var looks: [Look] = []

  private struct Look: Sendable, Equatable {
    var source: LSN
    var at: Timestamp
  }

  /// Where the log ended at a look beside the stream. A stream tells how far the source has decoded it, which may be
  /// far less.
  private var beside: Look?
  /// The newest of such looks that the stream has had time to pass.
  private var due = LSN.zero

  private static let looksKept = 64
  private static let onItsWay: Duration = .milliseconds(300)
  /// Two reports.
  private static let untold: Duration = .milliseconds(400)
  private static let grace: Duration = .seconds(2)
  /// A record that is not written to its end cannot be decoded, and may wait for the next commit.
  private static let unfinished: UInt64 = 64 * 1024
  private var isDecoded = true

  var appliedPosition: LSN? { measuredAt == nil ? nil : applied }
  /// Log that the source has written since a position, as far as it was seen.
  func bytes(since position: LSN, at now: Timestamp) -> UInt64 { end(at: now).bytes(since: position) }

  func isInStep(at now: Timestamp) -> Bool { measuredAt != nil && applied >= end(at: now) }

  private func end(at now: Timestamp) -> LSN {
    let looked = max(due, passable(at: now)?.source ?? .zero)
    return looked.bytes(since: source) > (isDecoded ? Self.unfinished : 0) ? looked : source
  }

  private func passable(at now: Timestamp) -> Look? { beside.flatMap { now - $0.at >= Self.grace ? $0 : nil } }

  mutating func took(_ progress: LinkProgress, at now: Timestamp) {
    // A source that is silent tells nothing new, however often its link reports: what was measured grows old then.
    let isNews =
      measuredAt == nil || progress.sourceClock == nil || progress.sourceClock != told || progress.received > received
      || progress.applied > applied || !progress.rows.isEmpty
    if let clock = progress.sourceClock, clock != told { offset = clock - now }
    told = progress.sourceClock
    source = max(progress.sourcePosition, progress.received)
    received = progress.received
    applied = progress.applied
    receivedCommit = progress.receivedCommit ?? receivedCommit
    appliedCommit = progress.appliedCommit ?? appliedCommit
    if isNews { mark(at: now) }
  }

  /// A look at both sides while nothing streams.
  ///
  /// - Parameter commit: when the newest change at the target was committed at the source; nil where it is not known.
  mutating func took(source: LSN, applied: LSN, commit: Timestamp? = nil, at now: Timestamp) {
    self.source = max(source, applied)
    self.applied = applied
    // What had been received and not applied is gone with the session.
    received = applied
    if let commit { (receivedCommit, appliedCommit) = (commit, commit) }
    // One that went back has its log end elsewhere.
    (beside, due) = (nil, source)
    mark(at: now)
    if let reached = looks.last(where: { $0.source <= applied }) {
      appliedAll = [appliedAll, reached.at].compactMap { $0 }.max()
      receivedAll = [receivedAll, reached.at].compactMap { $0 }.max()
    }
    looks.append(Look(source: self.source, at: now + offset))
    if looks.count > Self.looksKept { looks.removeFirst() }
  }

  /// A look at the source beside a stream.
  ///
  /// - Parameters:
  ///   - isAlive: whether the stream holds its slot. With everything applied that was there at the look before, it was
  ///     complete then, however silent it is.
  ///   - isDecoded: whether it reads the log, and not the tables.
  mutating func took(source end: LSN, isAlive: Bool, isDecoded: Bool = true, at now: Timestamp) {
    self.isDecoded = isDecoded
    if beside == nil { beside = Look(source: end, at: now) }
    // Until the stream has had its time, the one before is the one to pass.
    guard let look = passable(at: now) else { return }
    due = max(due, look.source)
    beside = Look(source: end, at: now)
    guard isAlive, measuredAt != nil, applied >= max(source, due) else { return }
    measuredAt = now
    appliedAll = [appliedAll, look.at + offset].compactMap { $0 }.max()
    receivedAll = [receivedAll, look.at + offset].compactMap { $0 }.max()
  }

  /// Work goes on that tells nothing of the source: what was measured is as it was, and older.
  mutating func worked(at now: Timestamp) {
    if measuredAt != nil { measuredAt = now }
  }

  /// Nil until both sides were seen.
  func lag(at now: Timestamp) -> ReplicationLinkSnapshot.Lag? {
    guard measuredAt != nil else { return nil }
    let clock = now + offset
    let end = end(at: now)
    return ReplicationLinkSnapshot.Lag(
      receivedBytes: end.bytes(since: received), appliedBytes: end.bytes(since: applied),
      receivedSeconds: received >= end ? 0 : age(at: clock, receivedCommit, receivedAll),
      appliedSeconds: applied >= end ? 0 : age(at: clock, appliedCommit, appliedAll))
  }

  private mutating func mark(at now: Timestamp) {
    if measuredAt == nil { firstClock = now + offset }
    measuredAt = now
    let end = end(at: now)
    if received >= end { receivedAll = now + offset }
    if applied >= end { appliedAll = now + offset }
  }

  /// The target is complete up to the newest commit that it has, and up to when it last had everything.
  private func age(at clock: Timestamp, _ commit: Timestamp?, _ all: Timestamp?) -> Double {
    let since = [commit, all].compactMap { $0 }.max() ?? firstClock ?? clock
    let told = (measuredAt ?? clock) + offset
    // What was on its way when the link last told has come since, as far as anybody knows: its age does not grow before
    // the link should have told again.
    if told - since < Self.onItsWay, clock - told < Self.untold { return max(0, (told - since).inSeconds) }
    return max(0, (clock - since).inSeconds)
  }
}
