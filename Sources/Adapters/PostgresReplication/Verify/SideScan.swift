import PostgresAdapter

/// Reads a whole table of one side in chunks of pages, with several sessions that see one snapshot.
actor SideScan {
  /// SQL for a relation and a condition on `t.ctid`.
  typealias Statement = @Sendable (_ relation: String, _ range: String) -> String

  /// Pages of a table or of one partition.
  private struct Chunk {
    var relation: String
    var pages: Range<Int>
    /// Also what was added meanwhile.
    var isLast: Bool
  }

  private let sessions: [PostgresConnection]
  private let limits: VerifyLimits
  private let clock: any Clock<Duration>
  /// Whether the sessions are in a snapshot already, which is somebody else's to end.
  private let isHeld: Bool
  /// Whether a range of pages can be read without the rest of the table.
  private let hasRangeScan: Bool
  private var chunks: ArraySlice<Chunk> = []
  private var snapshotIsOld = false
  private(set) var chunkCount = 0

  init(
    _ sessions: [PostgresConnection], limits: VerifyLimits, clock: any Clock<Duration>, isHeld: Bool = false,
    hasRangeScan: Bool? = nil
  ) {
    self.hasRangeScan = hasRangeScan ?? (sessions[0].serverVersionNumber >= 140_000)
    self.sessions = sessions
    self.isHeld = isHeld
    self.limits = limits
    self.clock = clock
  }

  /// Fixes what the scan will see, and how it will be divided.
  ///
  /// - Throws: ``PostgresError``.
  func begin(_ table: TableShape) async throws {
    try await takeSnapshot()
    let name = PostgresValue(table.quotedName)
    let leaves = try await sessions[0].query(Self.leavesSQL, [name], timeout: limits.statementTimeout)
    let total = try leaves.map { try $0.get("pages", as: Int.self) }.reduce(0, +)
    // Enough chunks for every session of even a small table; ranges of ctid cost a whole scan each before version 14.
    let size = hasRangeScan ? min(limits.chunkPages, max(64, total / (sessions.count * 2))) : Int(UInt32.max)
    var list: [Chunk] = []
    for leaf in leaves {
      let pages: Int = try leaf.get("pages")
      let relation: String = try leaf.get("relation")
      var start = 0
      repeat {
        let end = min(pages, start + size)
        list.append(Chunk(relation: relation, pages: start..<end, isLast: end == pages))
        start = end
      } while start < pages
    }
    chunks = list[...]
    chunkCount = list.count
  }

  private static let leavesSQL = """
    SELECT format('%I.%I', n.nspname, c.relname) AS relation,
      pg_relation_size(c.oid) / current_setting('block_size')::int AS pages
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND (c.oid = $1::text::regclass
      OR c.oid IN (SELECT relid FROM pg_partition_tree($1::text::regclass) WHERE isleaf))
    """

  /// Runs the statement over all chunks and hands on each result. Ends the snapshot.
  ///
  /// - Throws: ``PostgresError``; `CancellationError`; what `receive` throws.
  func run(
    _ statement: @escaping Statement, _ parameters: [PostgresValue?] = [],
    _ receive: @escaping @Sendable (PostgresResult) async throws -> Void
  ) async throws {
    while true {
      let limit = limits.snapshotAge
      let clock = clock
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for session in sessions {
          group.addTask {
            try await self.work(session, statement, parameters, receive)
            return true
          }
        }
        group.addTask {
          // Sleep is cancelled when the sessions are done.
          if !self.isHeld, (try? await clock.sleep(for: limit)) != nil { await self.age() }
          return false
        }
        var working = sessions.count
        while working > 0, let isWorker = try await group.next() { if isWorker { working -= 1 } }
        group.cancelAll()
      }
      try await end()
      if chunks.isEmpty { return }
      try await takeSnapshot()
    }
  }

  /// Gives the snapshot up.
  func end() async throws {
    guard !isHeld else { return }
    for session in sessions { try await session.execute("COMMIT", timeout: limits.statementTimeout) }
  }

  private func age() { snapshotIsOld = true }

  private func next() -> Chunk? { snapshotIsOld ? nil : chunks.popFirst() }

  private func takeSnapshot() async throws {
    guard !isHeld else { return }
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    try await sessions[0].execute(begin, timeout: limits.statementTimeout)
    let export = "SELECT pg_export_snapshot() AS name"
    let name: String = try await sessions[0].query(export, timeout: limits.statementTimeout).only().get("name")
    for session in sessions.dropFirst() {
      try await session.execute(
        "\(begin); SET TRANSACTION SNAPSHOT \(SQLText.literal(name))", timeout: limits.statementTimeout)
    }
    snapshotIsOld = false
  }

  private nonisolated func work(
    _ session: PostgresConnection, _ statement: Statement, _ parameters: [PostgresValue?],
    _ receive: @Sendable (PostgresResult) async throws -> Void
  ) async throws {
    while let chunk = await next() {
      let upper = chunk.isLast ? "" : " AND t.ctid < '(\(chunk.pages.upperBound),0)'"
      let sql = statement("ONLY \(chunk.relation)", "t.ctid >= '(\(chunk.pages.lowerBound),0)'\(upper)")
      let limit = limits.statementTimeout(pages: chunk.pages.count)
      if limit > limits.statementTimeout, !isHeld {
        let set = "SET LOCAL statement_timeout = \(Int(limit * 0.9 / .milliseconds(1)))"
        try await session.execute(set, timeout: limits.statementTimeout)
      }
      let started = ContinuousClock.now
      try await receive(session.query(sql, parameters, timeout: limit))
      let rest = started.duration(to: .now) * limits.restShare
      if rest > .zero { try await clock.sleep(for: rest) }
    }
  }
}
