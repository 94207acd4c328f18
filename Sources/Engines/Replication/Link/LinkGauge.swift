import Operations

/// What is known of one link besides its state: the newest reports, and the figures made of them. Pure.
struct LinkGauge: Sendable, Equatable {
  private(set) var lag = LagGauge()
  private(set) var tables: [String: ReplicatedTable] = [:]
  private var skew: Observation<Duration>?
  private var slot: Observation<ReplicationLinkSnapshot.Slot>?
  /// Whether the target's books say so.
  private(set) var isPaused = false
  private var baseline: BaselineGauge?
  private var baselineRate: Double?
  private var rows = RateWindow(width: .seconds(4))
  private var transactions = RateWindow(width: .seconds(4))
  private var rowsOf: [String: RateWindow] = [:]
  private var historyOf: [String: SampleRing] = [:]
  /// Tables that were seen to be set aside.
  private var asides: [String: Aside] = [:]
  private var verified: [String: VerifySummary] = [:]
  private var rowsHistory = SampleRing()
  private var lagHistory = SampleRing()

  private struct Aside: Sendable, Equatable {
    var at: Timestamp
    /// The last position of which its table has everything; nil where it is not known.
    var position: LSN?
  }

  private static let tableSamples = 24
  private static let staleAfter: Duration = .seconds(15)

  mutating func took(_ report: LinkReport, at now: Timestamp) {
    switch report {
    case .applied(let progress): applied(progress, at: now)
    case .copying(let table, let done, let total, let tablesDone, let tablesTotal):
      var gauge = baseline ?? BaselineGauge(at: now)
      gauge.copying(table, done: done, of: total, at: now)
      gauge.counts(tablesDone, of: tablesTotal)
      baseline = gauge
      baselineRate = gauge.bytesPerSecond(at: now)
      change(table) { $0.state = .copying }
    case .rebuilding(let names):
      var gauge = baseline ?? BaselineGauge(at: now)
      gauge.rebuilding = names
      baseline = gauge
    case .copied(let table):
      baseline?.copied(table)
      change(table) { $0.state = .streaming }
    case .parked(let table, let reason):
      change(table) {
        $0.state = reason == nil ? .streaming : .parked
        $0.reason = reason
      }
      note(table, isAside: reason != nil, at: now)
    case .conflicts(let count, let table): change(table) { $0.conflicts += count }
    case .working: lag.worked(at: now)
    case .settled: baselineEnded()
    }
  }

  /// - Parameter streams: whether a stream goes on meanwhile; then it alone tells how far the target is.
  mutating func took(_ inspection: LinkInspection, streams: Bool, at now: Timestamp) {
    skew = inspection.clockSkew.map {
      Observation($0, source: "both sides", observedAt: now, staleAfter: Self.staleAfter)
    }
    isPaused = inspection.isPaused
    slot = inspection.slot.map { Observation($0, source: "source", observedAt: now, staleAfter: .seconds(15)) }
    if streams, lag.measuredAt != nil {
      lag.took(
        source: inspection.sourcePosition, isAlive: inspection.slot?.active == true,
        isDecoded: inspection.needsSlot, at: now)
    } else if let applied = inspection.appliedPosition {
      // Where somebody streams, it has come further than it has written down.
      let commit = inspection.slot?.active == true ? nil : inspection.appliedCommit
      lag.took(source: inspection.sourcePosition, applied: applied, commit: commit, at: now)
    }
    var seen: [String: ReplicatedTable] = [:]
    for var table in inspection.tables {
      if let before = tables[table.name] {
        table.rowsApplied = max(table.rowsApplied, before.rowsApplied)
        table.conflicts = max(table.conflicts, before.conflicts)
        // One that was so when it was first seen has been so for nobody knows how long.
        let isAside = table.state == .parked
        if before.state == .streaming || !isAside { note(table.name, isAside: isAside, at: now) }
      }
      seen[table.name] = table
    }
    tables = seen
    verified = verified.filter { seen[$0.key] != nil }
    rowsOf = rowsOf.filter { seen[$0.key] != nil }
    historyOf = historyOf.filter { seen[$0.key] != nil }
    asides = asides.filter { seen[$0.key] != nil }
  }

  /// A look at the source alone.
  mutating func took(_ seen: ReplicationLinkSnapshot.Slot, at now: Timestamp) {
    slot = Observation(seen, source: "source", observedAt: now, staleAfter: .seconds(15))
  }

  mutating func took(_ outcomes: [String: VerifyOutcome]) {
    for (table, outcome) in outcomes { verified[table] = outcome.summary }
  }

  /// What was compared says nothing about rows that were copied or repaired since.
  mutating func forgetVerify(of names: [String]) {
    for table in names { verified[table] = nil }
  }

  mutating func discarded(_ names: [String]) {
    for table in names { change(table) { $0.state = .waiting } }
  }

  mutating func baselineEnded() { baseline = nil }

  mutating func rebuildingEnded() { baseline?.rebuilding = [] }

  var isRebuilding: Bool { baseline?.rebuilding.isEmpty == false }

  /// To be called once a second.
  mutating func sample(_ state: ReplicationLinkSnapshot.State, at now: Timestamp) {
    let flows = state == .streaming || state == .catchingUp
    rowsHistory.add(flows ? rows.perSecond(at: now) : nil)
    // What was measured long ago is a gap in the graph, not a line that goes on.
    let isFresh = lag.measuredAt.map { now - $0 <= Self.staleAfter } ?? false
    lagHistory.add(isFresh ? lag.lag(at: now)?.appliedSeconds : nil)
    for (table, window) in rowsOf {
      historyOf[table, default: SampleRing(capacity: Self.tableSamples)].add(flows ? window.perSecond(at: now) : 0)
    }
  }

  func fill(_ snapshot: inout ReplicationLinkSnapshot, at now: Timestamp) {
    if let measured = lag.lag(at: now), let measuredAt = lag.measuredAt {
      snapshot.lag = Observation(measured, source: "link", observedAt: measuredAt, staleAfter: .seconds(15))
    }
    snapshot.slot = slot
    snapshot.appliedPosition = lag.appliedPosition
    snapshot.rowsPerSecond = rows.perSecond(at: now)
    snapshot.transactionsPerSecond = transactions.perSecond(at: now)
    snapshot.baseline = baseline?.snapshot(sizes: waitingSizes, at: now)
    snapshot.baselineBytesPerSecond = baselineRate
    snapshot.tables = tables.values.sorted { $0.name < $1.name }.map { table in
      var table = table
      table.rowsPerSecond = rowsOf[table.name]?.perSecond(at: now) ?? 0
      let history = historyOf[table.name]?.samples.map { $0 ?? 0 } ?? []
      table.rowsHistory = history.contains { $0 > 0 } ? history : []
      table.lag = tableLag(table, link: snapshot.lag?.fresh(at: now), at: now)
      if table.state == .copying {
        table.baselineProgress = baseline?.progress(of: table.name)
        table.baselineRemainingSeconds = baseline?.remainingSeconds(of: table.name, at: now)
      }
      table.lastVerify = verified[table.name]
      return table
    }
    snapshot.conflicts = tables.values.reduce(0) { $0 + $1.conflicts }
    snapshot.clockSkewSeconds = skew?.fresh(at: now)?.inSeconds
    snapshot.rowsHistory = rowsHistory.samples
    snapshot.lagHistory = lagHistory.samples
  }

  private mutating func note(_ table: String, isAside: Bool, at now: Timestamp) {
    guard isAside else { return asides[table] = nil }
    if asides[table] == nil { asides[table] = Aside(at: now, position: lag.appliedPosition) }
  }

  private func tableLag(
    _ table: ReplicatedTable, link: ReplicationLinkSnapshot.Lag?, at now: Timestamp
  ) -> ReplicatedTable.Lag? {
    switch table.state {
    case .streaming: link.map { .init(seconds: $0.appliedSeconds, bytes: $0.appliedBytes) }
    case .parked:
      asides[table.name].flatMap { aside in
        aside.position.map { .init(seconds: max(0, (now - aside.at).inSeconds), bytes: lag.bytes(since: $0, at: now)) }
      }
    case .waiting, .copying, .refused: nil
    }
  }

  private var waitingSizes: [String: UInt64] {
    tables.values.reduce(into: [:]) { sizes, table in
      if table.state == .waiting || table.state == .copying { sizes[table.name] = table.bytes ?? 0 }
    }
  }

  private mutating func applied(_ progress: LinkProgress, at now: Timestamp) {
    lag.took(progress, at: now)
    transactions.add(Double(progress.transactions), at: now)
    rows.add(Double(progress.rows.values.reduce(0, +)), at: now)
    for (table, count) in progress.rows {
      rowsOf[table, default: RateWindow(width: .seconds(4))].add(Double(count), at: now)
      change(table) { $0.rowsApplied += count }
    }
  }

  private mutating func change(_ table: String, _ body: (inout ReplicatedTable) -> Void) {
    body(&tables[table, default: ReplicatedTable(name: table, state: .streaming)])
  }
}
