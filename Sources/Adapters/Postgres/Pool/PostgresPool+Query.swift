extension PostgresPool {
  /// Runs one statement on any session, prepared once per session.
  ///
  /// A statement that was refused because its session may not write has had no effect; it is tried once more on a new
  /// session, unless such a one was refused a moment ago. One whose session ended under it is tried again only if
  /// `isRepeatable`, on a new one as well: whatever ended the first may be about to end the others.
  ///
  /// - Parameters:
  ///   - isRepeatable: whether running the statement twice does no harm, as for a `SELECT`.
  ///   - timeout: for everything: the session, the statement and the second attempt.
  /// - Throws: ``PostgresError``; `CancellationError`.
  @discardableResult
  public func query(
    _ sql: String, _ parameters: [PostgresValue?] = [], timeout: Duration, isRepeatable: Bool = false
  ) async throws -> PostgresResult {
    let deadline = ContinuousClock.now + timeout
    let first = try await attempt(sql, parameters, deadline, opensSession: false)
    guard case .failure(let error as PostgresError) = first.outcome, deadline > .now,
      error.refusesWrites ? first.isReplaced : isRepeatable && error.kind == .disconnected
    else { return try first.outcome.get() }
    return try await attempt(sql, parameters, deadline, opensSession: true).outcome.get()
  }

  private func attempt(
    _ sql: String, _ parameters: [PostgresValue?], _ deadline: ContinuousClock.Instant, opensSession: Bool
  ) async throws -> (outcome: Result<PostgresResult, any Error>, isReplaced: Bool) {
    try await lend(until: deadline, opensSession: opensSession) { connection in
      try await connection.query(
        sql, parameters, timeout: ContinuousClock.now.duration(to: deadline), preparing: true)
    }
  }
}
