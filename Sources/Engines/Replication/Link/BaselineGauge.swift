import Operations

/// How far a copy has come, and when it will be done. Pure.
struct BaselineGauge: Sendable, Equatable {
  private struct Share: Sendable, Equatable {
    var done: UInt64
    var total: UInt64
    var rate = RateWindow(width: BaselineGauge.rateWidth)
  }

  private static let rateWidth: Duration = .seconds(10)

  private let startedAt: Timestamp
  private var shares: [String: Share] = [:]
  private var tablesDone = 0
  private var tablesTotal = 0
  /// Indexes and constraints that the target makes now.
  var rebuilding: [String] = []
  private var rate = RateWindow(width: Self.rateWidth)

  init(at now: Timestamp) { startedAt = now }

  mutating func copying(_ table: String, done: UInt64, of total: UInt64, at now: Timestamp) {
    var share = shares[table] ?? Share(done: 0, total: 0)
    let more = Double(done > share.done ? done - share.done : 0)
    share.done = done
    // An estimate may be too low; a table is never more than whole.
    share.total = max(total, done)
    share.rate.add(more, at: now)
    shares[table] = share
    rate.add(more, at: now)
  }

  mutating func counts(_ done: Int, of total: Int) {
    tablesDone = done
    tablesTotal = total
  }

  mutating func copied(_ table: String) {
    if let total = shares[table]?.total { shares[table]?.done = total }
  }

  func progress(of table: String) -> Double? {
    shares[table].map { $0.total == 0 ? 1 : Double($0.done) / Double($0.total) }
  }

  func remainingSeconds(of table: String, at now: Timestamp) -> Double? {
    guard let share = shares[table] else { return nil }
    let perSecond = share.rate.perSecond(at: now)
    return perSecond > 0 ? Double(share.total - share.done) / perSecond : nil
  }

  func bytesPerSecond(at now: Timestamp) -> Double { rate.perSecond(at: now) }

  /// - Parameter sizes: estimated sizes of the tables of the copy that has not begun with them.
  func snapshot(sizes: [String: UInt64], at now: Timestamp) -> ReplicationLinkSnapshot.Baseline {
    let begun = shares.values.reduce(0) { $0 + $1.total }
    let waiting = sizes.reduce(0) { $0 + (shares[$1.key] == nil ? $1.value : 0) }
    let done = shares.values.reduce(0) { $0 + $1.done }
    let total = begun + waiting
    let perSecond = rate.perSecond(at: now)
    return ReplicationLinkSnapshot.Baseline(
      tablesDone: tablesDone, tablesTotal: tablesTotal, bytesDone: done, bytesTotal: total, startedAt: startedAt,
      remainingSeconds: perSecond > 0 ? Double(total - done) / perSecond : nil, rebuilding: rebuilding)
  }
}
