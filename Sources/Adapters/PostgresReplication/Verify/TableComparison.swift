import Operations
import PostgresAdapter

/// Compares one table. Both sides hash it in chunks; buckets of rows that differ are closed in on; rows that differ are
/// looked at again until it is known whether they only are on their way.
struct TableComparison: Sendable {
  let digest: RowDigest
  let sides: VerifySides
  let limits: VerifyLimits
  let clock: any Clock<Duration>
  let wait: AppliedWait
  /// The other direction's, where the target's application writes as well.
  let reverseWait: AppliedWait?
  let isTwoWay: Bool
  /// Whether rows of the source may be locked for a moment.
  let mayHold: Bool
  let progress: @Sendable (String) async -> Void

  /// - Parameter outcome: what was found so far is in it also when this throws.
  /// - Throws: ``PostgresError``; ``NotSettled``; `CancellationError`.
  func run(into outcome: inout VerifyOutcome) async throws {
    let rows = digest.table.rows >= 0 ? Int(digest.table.rows) : Int(digest.table.bytes / 100)
    var level = BucketLevel.first(rows: rows, limits: limits)
    while true {
      let tally = BucketTally()
      try await scanBoth(digest.buckets(level.modulus, within: level.parent?.modulus), level.parent?.bitmap) {
        try tally.add($0, from: $1)
      }
      let counts = tally.counts
      outcome.summary.rowsCompared = max(outcome.summary.rowsCompared, counts.source, counts.target)
      let (finer, batches) = level.next(tally.differing, limits: limits)
      guard let finer else {
        for (index, batch) in batches.enumerated() {
          await progress(
            "\(digest.table.name): looking into \(batch.members.count) buckets, \(index + 1)/\(batches.count)")
          try await lookInto(batch, &outcome)
          // Each batch is a scan of both sides, and nobody repairs so many rows one by one.
          if outcome.differences.count >= VerifyOutcome.differenceLimit, index + 1 < batches.count {
            outcome.summary.endedEarly = true
            break
          }
        }
        return
      }
      level = finer
    }
  }

  private func lookInto(_ buckets: BucketLevel.Buckets, _ outcome: inout VerifyOutcome) async throws {
    let members = MemberTally()
    try await scanBoth(digest.members(of: buckets.modulus), buckets.bitmap) { try members.add($0, from: $1) }
    let keyValues = try members.keyValues(columns: digest.table.key.count)
    guard !keyValues.isEmpty else { return }
    var ledger = CandidateLedger(keyValues.keys, isKeyless: digest.isKeyless, isTwoWay: isTwoWay)
    defer {
      outcome.summary.inFlight += ledger.inFlight
      outcome.summary.undecided += ledger.undecided
    }
    let failure = await settle(&ledger, keyValues)
    try await take(ledger.findings, keyValues, &outcome)
    if let failure { throw failure }
  }

  /// Looks at the candidates until each is decided on.
  private func settle(_ ledger: inout CandidateLedger, _ keyValues: [RowKey: [String?]]) async -> (any Error)? {
    do {
      var settled = false
      for look in 0..<limits.looks where !ledger.open.isEmpty {
        await progress("\(digest.table.name): \(ledger.open.count) rows differ, look \(look + 1)")
        let keys = ledger.open
        // The target first: what it shows is then in the source, or was.
        let target = try await lookup(.target).states(keys, keyValues)
        let source = try await lookup(.source).states(keys, keyValues)
        ledger.look(source: source, target: target, settled: settled)
        if ledger.open.isEmpty { break }
        if let behind = try await behindAfterWaiting() {
          // What has arrived meanwhile is no longer in question.
          let target = try await lookup(.target).states(ledger.open, keyValues)
          let source = try await lookup(.source).states(ledger.open, keyValues)
          ledger.look(source: source, target: target, settled: false)
          return ledger.open.isEmpty ? nil : NotSettled(rows: ledger.open.count, reason: behind)
        }
        settled = true
      }
      try await hold(&ledger, keyValues)
      ledger.closeBusy()
      return nil
    } catch {
      return error
    }
  }

  private static let missesBorne = 3

  /// Holds the few rows still that change all the time. A snapshot would have to be waited for with each of them.
  private func hold(_ ledger: inout CandidateLedger, _ keyValues: [RowKey: [String?]]) async throws {
    guard mayHold, !digest.isKeyless else { return }
    let keys = ledger.open.prefix(limits.heldRows)
    var misses = 0
    for (index, key) in keys.enumerated() {
      await progress("\(digest.table.name): \(index) of \(keys.count) rows held that never rest")
      let row = HeldRow(
        source: lookup(.source), target: lookup(.target), key: key, values: keyValues[key] ?? [], limits: limits)
      switch try await row.look(settled: { try await behindAfterWaiting() == nil }, wait) {
      case .held(let before, let source, let target):
        ledger.decide(key, before: before, source: source, target: target)
      // A link that cannot catch up while a row is held does not do so with the next either.
      case .busy:
        misses += 1
        guard misses < Self.missesBorne else { return }
      case .refused: return
      }
    }
  }

  /// Nil when everything written so far has been applied.
  private func behindAfterWaiting() async throws -> String? {
    let position = try await AppliedWait.position(sides.source[0], timeout: limits.statementTimeout)
    if let applied = try await wait.reach(position, within: limits.applyWait) {
      return "the source was at \(position) and after \(limits.applyWait) only \(applied) was applied"
    }
    guard let reverseWait else { return nil }
    let back = try await AppliedWait.position(sides.target[0], timeout: limits.statementTimeout)
    guard let applied = try await reverseWait.reach(back, within: limits.applyWait) else { return nil }
    return "the target was at \(back) and after \(limits.applyWait) the source had applied only \(applied)"
  }

  private func take(
    _ findings: [CandidateLedger.Finding], _ keyValues: [RowKey: [String?]], _ outcome: inout VerifyOutcome
  ) async throws {
    for finding in findings {
      switch finding.kind {
      case .missing: outcome.summary.missing += finding.rows
      case .surplus: outcome.summary.surplus += finding.rows
      case .unlike: outcome.summary.unlike += finding.rows
      }
    }
    let kept = findings.prefix(VerifyOutcome.differenceLimit - outcome.differences.count)
    guard !kept.isEmpty else { return }
    var keyValues = keyValues
    if digest.isKeyless {
      for side in [Side.source, .target] {
        keyValues.merge(try await lookup(side).texts(Set(kept.map(\.key)))) { _, text in text }
      }
    }
    for finding in kept {
      let values = keyValues[finding.key] ?? []
      outcome.differences.append(
        TableDifference(
          table: digest.table.name, key: KeyDescription.text(digest.table.key, values), kind: finding.kind,
          keyValues: values))
    }
  }

  private func lookup(_ side: Side) -> RowLookup {
    RowLookup(digest: digest, side: side, sessions: sides[side], limits: limits, clock: clock)
  }

  /// Scans both sides at once, the target's snapshot being taken when it has what the source's has, if that is soon.
  private func scanBoth(
    _ statement: @escaping SideScan.Statement, _ bitmap: PostgresValue?,
    _ receive: @escaping @Sendable (PostgresResult, Side) throws -> Void
  ) async throws {
    let source = SideScan(sides.source, limits: limits, clock: clock)
    let target = SideScan(sides.target, limits: limits, clock: clock)
    try await source.begin(digest.table)
    let position = try await AppliedWait.position(sides.source[0], timeout: limits.statementTimeout)
    _ = try await wait.reach(position, within: limits.alignmentWait)
    try await target.begin(digest.table)
    let done = Collected(0)
    let total = await source.chunkCount
    let parameters: [PostgresValue?] = bitmap.map { [$0] } ?? []
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await source.run(statement, parameters) { result in
          try receive(result, .source)
          let count = done.change { count in
            count += 1
            return count
          }
          await progress("\(digest.table.name): \(count * 100 / max(1, total)) % of the source's pages hashed")
        }
      }
      group.addTask { try await target.run(statement, parameters) { try receive($0, .target) } }
      try await group.waitForAll()
    }
  }
}
