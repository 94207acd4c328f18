import Operations
import PostgresAdapter

/// Makes rows of the target equal to the source's. In a link the source is right.
///
/// The source's rows are locked while they are written at the target, after everything that the source had committed
/// was applied there: so nothing older than what is written arrives later, and nothing newer is overwritten. Where the
/// target's application writes as well, the source has had first what made the target's rows what they are. A link that
/// takes snapshots is repaired between two of them, and its source is only read.
struct Repairer: Sendable {
  let settings: LinkSettings
  let limits: VerifyLimits
  let clock: any Clock<Duration>

  init(
    settings: LinkSettings, limits: VerifyLimits = VerifyLimits(), clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.settings = settings
    self.limits = limits
    self.clock = clock
  }

  /// Rows of one transaction.
  static let batchSize = 50
  private static let attempts = 5

  /// Repairs what a comparison has found, in small transactions. A row that is equal by now is left alone.
  ///
  /// - Parameters:
  ///   - differences: as ``Verifier`` gives them, with their key values.
  ///   - tables: as the source has them.
  ///   - appliedPosition: the source's position that is durable at the target.
  ///   - reverseAppliedPosition: where the target's application writes as well, the target's position that is durable
  ///     at the source.
  /// - Returns: how many rows of the target were written.
  /// - Throws: ``RepairFailure``; ``PostgresError``; `CancellationError`. What was repaired stays so.
  func repair(
    _ differences: [TableDifference], tables: [TableShape], appliedPosition: @escaping @Sendable () async throws -> LSN,
    reverseAppliedPosition: (@Sendable () async throws -> LSN)? = nil,
    progress: @escaping @Sendable (String) async -> Void
  ) async throws -> Int {
    let (wait, reverseWait) = (wait(appliedPosition), reverseAppliedPosition.map(wait))
    let byTable = Dictionary(grouping: differences, by: \.table)
    return try await VerifySides.with(settings, limits, count: 1, purpose: "repair") { sides in
      let isReplica = await becomeReplica(sides.target[0])
      var repaired = 0
      var failure: RepairFailure?
      for name in byTable.keys.sorted() {
        guard let table = tables.first(where: { $0.name == name }) else { throw RepairFailure.unknownTable(name) }
        let digest = try await ComparedColumns.digest(table, sides, timeout: limits.statementTimeout)
        let unlike = try await generatedOtherwise(digest, sides)
        guard unlike.isEmpty else {
          failure = .generatedOtherwise(table: name, columns: unlike)
          continue
        }
        // Rows go before others come, which may need what is unique of them.
        let keys = [TableDifference.Kind.surplus, .unlike, .missing].flatMap { kind in
          (byTable[name] ?? []).filter { $0.kind == kind }.map { ExactText($0.keyValues) }
        }
        guard keys.allSatisfy({ $0.bytes.count == max(1, table.key.count) }) else {
          throw RepairFailure.keyChanged(name)
        }
        let size = digest.isKeyless ? 1 : Self.batchSize
        for start in stride(from: 0, to: keys.count, by: size) {
          let batch = Array(keys[start..<min(keys.count, start + size)])
          let written = try await repair(
            batch, of: digest, sides, wait, reverseWait, mayReplace: isReplica || !table.hasForeignKeys)
          repaired += written.rows
          // The others first.
          if !written.unwritable.isEmpty {
            failure = .generatedOtherwise(table: name, columns: written.unwritable.sorted())
          }
          await progress("\(name): \(min(keys.count, start + size)) of \(keys.count) rows checked, \(repaired) written")
        }
      }
      if let failure { throw failure }
      return repaired
    }
  }

  /// A row without a key is known by its text, that of generated columns included. One that is put in and comes out
  /// otherwise would be put in again with each repair.
  private func generatedOtherwise(_ digest: RowDigest, _ sides: VerifySides) async throws -> [String] {
    let generated = digest.columns.filter { digest.table.column($0)?.isGenerated == true }
    guard digest.isKeyless, !generated.isEmpty else { return [] }
    let sql = """
      SELECT a.attname AS name, pg_get_expr(d.adbin, d.adrelid) AS expression FROM pg_attribute a
      JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = to_regclass($1)
      """
    let expressions = { (session: PostgresConnection) async throws -> [String: String] in
      let name = PostgresValue(digest.table.quotedName)
      let rows = try await session.query(sql, [name], timeout: limits.statementTimeout)
      return Dictionary(
        try rows.map { (try $0.get("name"), try $0.get("expression")) }, uniquingKeysWith: { first, _ in first })
    }
    let (there, here) = (try await expressions(sides.source[0]), try await expressions(sides.target[0]))
    return generated.filter { there[$0] != here[$0] }
  }

  /// Keeps triggers and foreign keys from acting on what is repaired. Not every role may: with them the application's
  /// triggers act as on any write.
  private func becomeReplica(_ target: PostgresConnection) async -> Bool {
    let sql = "SET session_replication_role = replica"
    return (try? await target.execute(sql, timeout: limits.statementTimeout)) != nil
  }

  private func wait(_ position: @escaping @Sendable () async throws -> LSN) -> AppliedWait {
    AppliedWait(applied: position, pollInterval: limits.pollInterval, clock: clock)
  }

  private func repair(
    _ keys: [ExactText], of digest: RowDigest, _ sides: VerifySides, _ wait: AppliedWait, _ reverseWait: AppliedWait?,
    mayReplace: Bool
  ) async throws -> RepairBatch.Written {
    var keys = keys
    var repaired = RepairBatch.Written()
    var isReplacing = false
    var behind = ""
    for _ in 0..<Self.attempts {
      let batch = RepairBatch(
        digest: digest, keys: keys, isReplacing: isReplacing, mayReplace: mayReplace, source: sides.source[0],
        target: sides.target[0], limits: limits, locksSource: settings.mode != .snapshot,
        echoNode: settings.mode == .streamBoth ? settings.sourceNode : nil)
      do {
        guard let written = try await batch.run(wait, reverseWait) else {
          behind = "it fell behind each time while the source's rows were locked"
          continue
        }
        repaired.rows += written.rows
        repaired.unwritable.formUnion(written.unwritable)
        keys = written.moved
        if keys.isEmpty { return repaired }
        behind = "\(keys.count) rows of \(digest.table.name) were written at the target each time they were looked at"
      } catch let error as PostgresError where ["40001", "40P01", "55P03"].contains(error.sqlState) {
        behind = "\(error)"
      } catch let error as PostgresError where error.isUniqueViolation && !isReplacing && mayReplace {
        isReplacing = true
      }
    }
    throw RepairFailure.linkBehind(behind)
  }
}
