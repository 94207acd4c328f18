import Operations
import PostgresAdapter

/// Brings one table of the target in step with the source's snapshot: both sides hash it, the rows that differ are
/// closed in on, and only those come over.
struct TableMerge: Sendable {
  struct Result: Sendable {
    var written = 0
    var conflicts = 0
    var travelledRows = 0
    var travelledBytes = 0
    /// Whether the target had nothing, and all of the source's rows were brought.
    var isCopy = false
  }

  let sql: MergeSQL
  let digest: RowDigest
  /// The source's sessions are in the snapshot.
  let sides: VerifySides
  let writer: SnapshotWriter
  let limits: VerifyLimits
  let clock: any Clock<Duration>
  let position: LSN
  let record: LinkTableRecord?
  /// Told now and then how many bytes of a copy have come.
  let tell: @Sendable (_ bytes: UInt64) async -> Void

  private static let keysAtOnce = 2000
  private static let idleTimeout: Duration = .seconds(120)
  private static let tellEvery: Duration = .milliseconds(200)
  /// Statements that write a whole table's differences.
  private static let writeTimeout: Duration = .seconds(3600)

  /// - Throws: ``ApplyFailure/table(name:reason:)`` when the target refuses a row; ``LinkFailure``; ``PostgresError``;
  ///   `CancellationError`.
  func run() async throws -> Result {
    do {
      let horizon: Int64 = try await writer.connection.query(
        MergeSQL.horizon, timeout: limits.statementTimeout
      ).only().get("horizon")
      if try await mayCopy() { return try await copy(seeing: horizon) }
      return try await merge(seeing: horizon)
    } catch let error as PostgresError {
      // The source's errors have a name already: this is the target's. A session that broke has no transaction to end.
      _ = try? await writer.connection.execute("ROLLBACK", timeout: .seconds(10))
      guard error.kind == .server else { throw error }
      throw ApplyFailure.judging(error, table: digest.table.name)
    } catch {
      _ = try? await writer.connection.execute("ROLLBACK", timeout: .seconds(10))
      throw error
    }
  }

  // MARK: - Nothing is there yet

  private func mayCopy() async throws -> Bool {
    let rows = try await writer.connection.query(
      "SELECT FROM \(sql.target.quotedName) LIMIT 1", timeout: limits.statementTimeout)
    return rows.isEmpty
  }

  private func copy(seeing horizon: Int64) async throws -> Result {
    var result = Result()
    result.isCopy = true
    try await begin()
    await tell(0)
    let rows = try await pour(sql.selectAll, into: sql.copyAll, &result)
    result.written = rows
    if rows > 0 { try await write(sql.mark) }
    try await finish(result, seeing: horizon)
    return result
  }

  // MARK: - Something is there

  private func merge(seeing horizon: Int64) async throws -> Result {
    var result = Result()
    try await writer.connection.execute(sql.makeStaging, timeout: limits.statementTimeout)
    try await compare(&result)
    guard result.travelledRows > 0 else {
      try await begin()
      try await finish(result, seeing: horizon)
      return result
    }
    try await writer.connection.execute(sql.analyzeStaging, timeout: limits.statementTimeout)
    let mayReplace = writer.isReplica || !sql.target.hasForeignKeys
    let conflicts = result
    do {
      try await write(replacing: sql.mustReplace && mayReplace, seeing: horizon, &result)
    } catch let error as PostgresError where error.isUniqueViolation && mayReplace && !sql.mustReplace {
      // Rows may have exchanged what is unique: all of them go before they come again.
      try await writer.connection.execute(
        "ROLLBACK; TRUNCATE pg_temp.signalbox_standing", timeout: limits.statementTimeout)
      result = conflicts
      try await write(replacing: true, seeing: horizon, &result)
    }
    return result
  }

  private func write(replacing: Bool, seeing horizon: Int64, _ result: inout Result) async throws {
    try await begin()
    if !digest.isKeyless { try await write(sql.lockGiven) }
    try await write(sql.lockLacking(digest))
    result.conflicts = try await write(sql.log)
    try await write(sql.mark)
    let gone = try await write(sql.delete(replacing: replacing))
    result.written = try await write(sql.put) + (replacing ? 0 : gone)
    try await finish(result, seeing: horizon, isWritten: true)
  }

  private func begin() async throws {
    try await writer.connection.execute("BEGIN", timeout: limits.statementTimeout)
    // A newer holder of the link waits for this transaction, and an older one ends here.
    let held = try await writer.connection.query(
      "SELECT FROM signalbox.link WHERE name = $1 AND generation = $2::bigint FOR SHARE",
      [PostgresValue(sql.settings.directionName), PostgresValue(sql.settings.generation.rawValue)],
      timeout: limits.statementTimeout)
    guard held.count == 1 else { throw ProgressStatement.fenced(sql.settings) }
  }

  @discardableResult
  private func write(_ statement: String) async throws -> Int {
    try await writer.connection.query(statement, timeout: Self.writeTimeout).affectedCount
  }

  /// - Parameters:
  ///   - horizon: as it was before the table was read.
  ///   - isWritten: whether rows that differ were looked at one by one. Where none does, the source lacks none.
  private func finish(_ result: Result, seeing horizon: Int64, isWritten: Bool = false) async throws {
    let name = digest.table.name
    try await write(sql.forgetKept(unlessStanding: isWritten))
    if isWritten { try await write(sql.noteKept) }
    try await write(sql.noteSeen(horizon))
    try await LinkTableRecord.set(
      .streaming, of: name, link: sql.settings.directionName, ready: position, on: writer.connection)
    try await writer.connection.query(
      "UPDATE signalbox.link_table SET rows_applied = rows_applied + $3::bigint WHERE link = $1 AND table_name = $2",
      [PostgresValue(sql.settings.directionName), PostgresValue(name), PostgresValue(result.written)],
      timeout: limits.statementTimeout)
    try await writer.connection.execute("COMMIT", timeout: limits.statementTimeout)
  }

  // MARK: - What differs

  private func compare(_ result: inout Result) async throws {
    let rows = digest.table.rows >= 0 ? Int(digest.table.rows) : Int(digest.table.bytes / 100)
    var level = BucketLevel.first(rows: rows, limits: limits)
    while true {
      let tally = BucketTally()
      try await scan(digest.buckets(level.modulus, within: level.parent?.modulus), level.parent?.bitmap) {
        try tally.add($0, from: $1)
      }
      let (finer, batches) = level.next(tally.differing, limits: limits)
      guard let finer else {
        for batch in batches { try await fetch(batch, &result) }
        return
      }
      level = finer
    }
  }

  /// Puts the source's rows of differing keys beside the target's table, and the keys that the source lacks.
  private func fetch(_ buckets: BucketLevel.Buckets, _ result: inout Result) async throws {
    let members = MemberTally()
    try await scan(digest.members(of: buckets.modulus), buckets.bitmap) { try members.add($0, from: $1) }
    let found = try members.differences(columns: digest.table.key.count)
    let lacking = found.filter { $0.surplus < 0 }
    let given = found.filter { digest.isKeyless ? $0.surplus > 0 : $0.surplus >= 0 }
    for start in stride(from: 0, to: given.count, by: Self.keysAtOnce) {
      let part = given[start..<min(given.count, start + Self.keysAtOnce)]
      let select =
        digest.isKeyless
        ? sql.selectRows(part.map { ($0.key, $0.surplus) }, digest) : sql.selectRows(keys: part.map(\.values))
      _ = try await pour(select, into: sql.copyGiven, &result)
    }
    guard !lacking.isEmpty else { return }
    let values = lacking.map { difference in
      digest.isKeyless
        ? ["\(difference.key.first)", "\(difference.key.second)", "\(-difference.surplus)"] : difference.values
    }
    let text = Collected<[UInt8]?>(CopyLine.text(of: values))
    try await writer.connection.copyIn(sql.copyLacking, idleTimeout: Self.idleTimeout) {
      text.change { text in
        defer { text = nil }
        return text
      }
    }
    result.travelledRows += lacking.count
  }

  private func scan(
    _ statement: @escaping SideScan.Statement, _ bitmap: PostgresValue?,
    _ receive: @escaping @Sendable (PostgresResult, Side) throws -> Void
  ) async throws {
    let source = SideScan(sides.source, limits: limits, clock: clock, isHeld: true)
    let target = SideScan(sides.target, limits: limits, clock: clock)
    try await LinkFailure.naming("comparing \(digest.table.name)") {
      try await source.begin(digest.table)
      try await target.begin(sql.target)
      let parameters: [PostgresValue?] = bitmap.map { [$0] } ?? []
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await source.run(statement, parameters) { try receive($0, .source) } }
        group.addTask { try await target.run(statement, parameters) { try receive($0, .target) } }
        try await group.waitForAll()
      }
    }
  }

  /// From the source's COPY straight into the target's.
  ///
  /// - Returns: rows.
  private func pour(_ select: String, into copy: String, _ result: inout Result) async throws -> Int {
    let source = sides.source[0]
    let doing = "reading \(digest.table.name) at the source"
    let read = Collected((bytes: 0, isOver: false, toldAt: ContinuousClock.now))
    let isCopy = result.isCopy
    let next: @Sendable () async throws -> [UInt8]? = { [tell] in
      let chunk = try await LinkFailure.naming(doing) { try await source.copyOutChunk(idleTimeout: Self.idleTimeout) }
      let due: Int? = read.change {
        $0.bytes += chunk?.count ?? 0
        $0.isOver = chunk == nil
        guard isCopy, .now - $0.toldAt >= Self.tellEvery else { return nil }
        $0.toldAt = .now
        return $0.bytes
      }
      if let due { await tell(UInt64(due)) }
      return chunk
    }
    try await LinkFailure.naming(doing) { try await source.startCopyOut(select, timeout: Self.idleTimeout) }
    do {
      let rows = try await writer.connection.copyIn(copy, idleTimeout: Self.idleTimeout, next)
      result.travelledRows += rows
      result.travelledBytes += read.value.bytes
      return rows
    } catch let error as PostgresError {
      // The target refused a row; the source's session is to serve the other tables.
      while !read.value.isOver { _ = try await next() }
      throw error
    }
  }
}
