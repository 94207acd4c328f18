import Operations

/// Replication as it may be, and as no host should ever report it.
extension SoakWorld {
  func link(at now: Timestamp, ids: [CloudID], _ random: inout SplitMix) -> ReplicationLinkSnapshot {
    var link = ReplicationLinkSnapshot(
      id: LinkID(random.chance(80) ? "aws-azure" : text("azure-aws", &random)),
      mode: ReplicationMode.allCases.randomElement(using: &random) ?? .stream, source: ids.first ?? CloudID("aws"),
      target: ids.last ?? CloudID("azure"),
      state: ReplicationLinkSnapshot.State.allCases.randomElement(using: &random) ?? .streaming,
      since: now - .seconds(Int.random(in: 0...90_000, using: &random)))
    link.reasons = (0..<Int.random(in: 0...3, using: &random)).map { _ in text("GRANT SELECT ON t TO s", &random) }
    if random.chance(80) {
      link.lag = seen(
        .init(
          receivedBytes: UInt64.random(in: 0...UInt64.max, using: &random), appliedBytes: 1200,
          receivedSeconds: number(&random), appliedSeconds: number(&random)), at: now, &random)
      link.slot = seen(
        .init(
          name: text("signalbox", &random), active: random.chance(80),
          retainedBytes: UInt64.random(in: 0...UInt64.max, using: &random),
          safeBytes: random.chance(50) ? Int64.random(in: Int64.min...Int64.max, using: &random) : nil),
        at: now, &random)
    }
    link.appliedPosition = random.chance(80) ? LSN(UInt64.random(in: 0...UInt64.max, using: &random)) : nil
    link.rowsPerSecond = number(&random)
    link.transactionsPerSecond = number(&random)
    if random.chance(30) {
      let total = Int.random(in: 0...9, using: &random)
      link.baseline = .init(
        tablesDone: 3, tablesTotal: total, bytesDone: 5_000_000,
        bytesTotal: random.chance(80) ? 9_000_000 : 0, startedAt: now,
        remainingSeconds: random.chance(70) ? number(&random) : nil,
        rebuilding: total % 3 == 0 ? ["account_email_key", "account_pkey"] : [])
    }
    link.tables = (0..<Int.random(in: 0...40, using: &random)).map { table($0, at: now, &random) }
    link.conflicts = random.chance(50) ? Int.random(in: 0...900, using: &random) : 0
    link.clockSkewSeconds = random.chance(80) ? number(&random) : nil
    link.rowsHistory = (0..<120).map { _ in random.chance(90) ? number(&random) : nil }
    link.lagHistory = link.rowsHistory.reversed()
    return link
  }

  private func table(_ index: Int, at now: Timestamp, _ random: inout SplitMix) -> ReplicatedTable {
    var table = ReplicatedTable(
      name: text("public.table_\(index)", &random),
      state: ReplicatedTable.State.allCases.randomElement(using: &random) ?? .streaming)
    table.reason = random.chance(40) ? text("column a is missing at the target", &random) : nil
    table.rowsApplied = random.chance(95) ? Int.random(in: 0...9_000_000, using: &random) : .max
    table.rowsPerSecond = number(&random)
    table.rowsHistory = random.chance(50) ? (0..<24).map { _ in number(&random) } : []
    table.lag = random.chance(80) ? .init(seconds: number(&random), bytes: random.next()) : nil
    table.baselineProgress = random.chance(50) ? number(&random) / 100 : nil
    table.baselineRemainingSeconds = random.chance(50) ? number(&random) : nil
    table.conflicts = Int.random(in: 0...3, using: &random)
    if random.chance(60) {
      table.lastVerify = VerifySummary(
        at: now - .seconds(60), rowsCompared: 1000, missing: Int.random(in: 0...1, using: &random), seconds: 0.4,
        failure: random.chance(10) ? text("cancelled", &random) : nil)
    }
    return table
  }

  func conflicts(of link: LinkID, at now: Timestamp, _ random: inout SplitMix) -> [ReplicationConflict] {
    (0..<Int.random(in: 0...30, using: &random)).map { index in
      ReplicationConflict(
        id: Int64(900 - index), link: link, table: text("public.account", &random), key: text("id=42", &random),
        kind: ReplicationConflict.Kind.allCases.randomElement(using: &random) ?? .updateUpdate,
        detectedAt: now - .seconds(index * 9000),
        kept: random.chance(80) ? RowVersion(committedAt: now, node: CloudID(text("aws", &random))) : nil,
        discarded: RowVersion(committedAt: now - .seconds(1), node: CloudID("azure")),
        keptIsDeleted: random.chance(20), discardedIsDeleted: random.chance(20),
        columns: (0..<Int.random(in: 0...40, using: &random)).map { column in
          .init(
            name: text("column_\(column)", &random), kept: random.chance(80) ? text("left", &random) : nil,
            discarded: random.chance(80) ? text("right", &random) : nil)
        }, reappliedAt: random.chance(20) ? now : nil)
    }
  }

  func differences(_ random: inout SplitMix) -> [TableDifference] {
    (0..<Int.random(in: 0...60, using: &random)).map { index in
      TableDifference(
        table: "public.table_\(index % 3)", key: text("id=\(index)", &random),
        kind: index % 2 == 0 ? .missing : .unlike)
    }
  }
}
