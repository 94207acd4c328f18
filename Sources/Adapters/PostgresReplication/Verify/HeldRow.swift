import PostgresAdapter

/// Looks at a row that the source writes all the time, by keeping it from that for a moment.
struct HeldRow: Sendable {
  enum Look: Sendable, Equatable {
    case held(before: RowState?, source: RowState?, target: RowState?)
    /// Somebody else held it for too long, or the link did not catch up.
    case busy
    /// The role may not lock rows, or the server takes no locks.
    case refused
  }

  let source: RowLookup
  let target: RowLookup
  let key: RowKey
  /// Of the key's columns.
  let values: [String?]
  let limits: VerifyLimits

  /// - Parameter settled: waits without the lock, and says whether all that was written so far was applied, in both
  ///   directions where there are two.
  /// - Throws: ``PostgresError``; `CancellationError`; what asking for positions throws.
  func look(settled: () async throws -> Bool, _ wait: AppliedWait) async throws -> Look {
    let before = try await state(target)
    guard try await settled() else { return .busy }
    let session = source.sessions[0]
    do {
      let found = try await hold(session, wait)
      try await session.execute("ROLLBACK", timeout: limits.statementTimeout)
      return found.map { .held(before: before, source: $0, target: $1) } ?? .busy
    } catch {
      _ = try? await session.execute("ROLLBACK", timeout: limits.statementTimeout)
      switch (error as? PostgresError)?.sqlState {
      case "55P03", "40P01", "40001": return .busy
      case "42501", "25006": return .refused
      default: throw error
      }
    }
  }

  /// One row, so that nothing is locked while a lock is waited for: no transaction of the application ends as the victim
  /// of a deadlock.
  private func hold(_ session: PostgresConnection, _ wait: AppliedWait) async throws -> (RowState?, RowState?)? {
    let begin = "BEGIN; SET LOCAL lock_timeout = '\(limits.lockWait / .milliseconds(1))'"
    try await session.execute(begin, timeout: limits.statementTimeout)
    let digest = source.digest
    try await session.query(
      "SELECT FROM \(digest.from(.source)) AS t WHERE \(digest.isOneOf(1)) FOR SHARE OF t",
      values.map { $0.map { PostgresValue($0) } }, timeout: limits.statementTimeout)
    let held = try await state(source)
    let position = try await AppliedWait.position(session, timeout: limits.statementTimeout)
    guard try await wait.reach(position, within: limits.lockWait) == nil else { return nil }
    return (held, try await state(target))
  }

  private func state(_ lookup: RowLookup) async throws -> RowState? {
    try await lookup.states([key], [key: values])[key]
  }
}
