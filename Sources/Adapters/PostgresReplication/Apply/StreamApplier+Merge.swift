import Operations
import PostgresAdapter

extension StreamApplier {
  /// Applies a batch table by table, key by key.
  ///
  /// - Returns: whether it is durable, if a transaction has ended.
  /// - Throws: ``ApplyFailure/order`` when that cannot be done, or did not come to what it should have; the transaction
  ///   must be rolled back then.
  func merge(
    _ batch: ChangeBatch, _ tables: [UInt32: ApplyTable], _ foreseen: [MergeWork]?, _ desk: StreamDesk
  ) async throws -> Bool {
    let works = try foreseen ?? MergeWork.all(of: batch, tables)
    let opening = opening()
    if !opening.isEmpty {
      try await run(opening)
      opened()
    }
    for work in works { try await stage(work, goesOn: batch.isOpen, desk) }
    await desk.sent()
    // All that is deleted before all that is inserted: a value of a unique column may move from one row to another.
    for work in works { try await insert(work) }
    let isDurable = await !desk.mayBecomeDurableLater
    let closing = closing(batch, isDurable: isDurable)
    guard !closing.isEmpty else { return isDurable }
    try await run(closing)
    closed(batch)
    return isDurable
  }

  /// - Parameter goesOn: whether more comes in the same transaction.
  private func stage(_ work: MergeWork, goesOn: Bool, _ desk: StreamDesk) async throws {
    guard !work.staging.isEmpty else { return }
    let table = work.table
    do {
      if staged[table.relation.oid] != table.relation {
        try await connection.execute(table.createStaging, timeout: Self.timeout)
        staged[table.relation.oid] = table.relation
      }
      try await copy(work.staging, table.copyStaging)
      await desk.sent()
      var statements: [PostgresStatement] = []
      var expected: [Int] = []
      if work.deletions > 0 {
        statements.append(table.deleteStaged(group: MergeWork.deletionGroup))
        expected.append(work.deletions)
      }
      for (index, group) in work.groups.enumerated() {
        guard let statement = table.updateStaged(group: index + 1, sent: group.sent) else { continue }
        statements.append(statement)
        expected.append(group.rows)
      }
      // The end of the transaction empties it. Within one, rows that were only deleted would be read over again by
      // each batch that follows.
      if goesOn { statements.append(PostgresStatement("TRUNCATE \(table.stagingName)")) }
      let counts = try await connection.pipeline(statements, timeout: Self.timeout)
      guard Array(counts.prefix(expected.count)) == expected else { throw ApplyFailure.order }
    } catch {
      throw judge(error, table.name)
    }
  }

  private func insert(_ work: MergeWork) async throws {
    guard !work.inserts.isEmpty else { return }
    do { try await copy(work.inserts, work.table.copyRows) } catch { throw judge(error, work.table.name) }
  }

  private func copy(_ chunks: [[UInt8]], _ sql: String) async throws {
    let feed = ChunkFeed(chunks)
    try await connection.copyIn(sql, idleTimeout: Self.timeout) { await feed.next() }
  }

  /// What a merge was refused may go through change by change, or tell more precisely what is wrong.
  private func judge(_ error: any Error, _ table: String) -> any Error {
    let refusal = (error as? PostgresPipelineError)?.error ?? error as? PostgresError
    guard let refusal else { return error }
    let isData = refusal.kind == .server && ["22", "23", "42"].contains(refusal.sqlState?.prefix(2) ?? "")
    return isData ? ApplyFailure.order : ApplyFailure.judging(refusal, table: table)
  }
}

/// Hands out what is to be copied, piece by piece.
private actor ChunkFeed {
  private var chunks: [[UInt8]]

  init(_ chunks: [[UInt8]]) { self.chunks = chunks.reversed() }

  func next() -> [UInt8]? { chunks.popLast() }
}
