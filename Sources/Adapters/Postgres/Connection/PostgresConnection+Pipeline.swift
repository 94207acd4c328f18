internal import CLibpq
internal import SocketReadiness

extension PostgresConnection {
  /// Runs statements one after another without waiting for each answer. Each is prepared once per session. Without
  /// `BEGIN` and `COMMIT` among them they are one transaction.
  ///
  /// A refusal leaves a transaction that was open, or begun among the statements, to be rolled back by the caller.
  ///
  /// - Returns: for each statement the number of rows it changed or selected.
  /// - Throws: ``PostgresPipelineError`` when a statement is refused; ``PostgresError`` when the session ends;
  ///   `CancellationError`.
  @discardableResult
  public func pipeline(_ statements: [PostgresStatement], timeout: Duration) async throws -> [Int] {
    guard !statements.isEmpty else { return [] }
    for statement in statements { try StatementArguments.check(statement.parameters) }
    let deadline = ContinuousClock.now + timeout
    try await takeTurn(until: deadline)
    defer { endTurn() }
    // Prepared before, so that a refused statement does not take preparations with it.
    for statement in statements where prepared[statement.sql] == nil {
      do { _ = try await prepare(statement.sql, until: deadline) } catch let error as PostgresError {
        guard error.kind == .server, let index = statements.firstIndex(of: statement) else { throw error }
        throw PostgresPipelineError(index: index, error: error)
      }
    }
    guard PQenterPipelineMode(try open()) == 1 else { throw failure(.disconnected) }
    do {
      try await send(statements, until: deadline)
      let counts = try await receiveCounts(statements.count, until: deadline)
      guard PQexitPipelineMode(try open()) == 1 else { throw failure(.disconnected) }
      return counts
    } catch let error as PostgresPipelineError {
      if let connection = handle.pointer, PQexitPipelineMode(connection) != 1 { close() }
      throw error
    } catch {
      // First, as a closed session cannot ask the server to stop.
      let error = settle(error)
      close()
      throw error
    }
  }

  private func send(_ statements: [PostgresStatement], until deadline: ContinuousClock.Instant) async throws {
    var unsent = 0
    for statement in statements {
      let name = prepared[statement.sql] ?? ""
      let arguments = try StatementArguments(statement.parameters)
      let connection = try open()
      let sent = arguments.withPointers { PQsendQueryPrepared(connection, name, arguments.count, $0, nil, nil, 0) }
      guard sent == 1 else { throw failure(.disconnected) }
      unsent += 64 + arguments.byteCount
      if unsent > 128 * 1024 {
        // A backlog of more than about a megabyte makes libpq crawl: it moves what is left at every partial write.
        try await flush(until: deadline)
        unsent = 0
      }
    }
    guard PQpipelineSync(try open()) == 1 else { throw failure(.disconnected) }
    try await flush(until: deadline)
  }

  private func receiveCounts(_ count: Int, until deadline: ContinuousClock.Instant) async throws -> [Int] {
    var counts: [Int] = []
    counts.reserveCapacity(count)
    var refusal: PostgresPipelineError?
    var isBetween = false
    while true {
      guard let result = try await nextResult(until: deadline) else {
        guard !isBetween else { throw failure(.disconnected) }
        isBetween = true
        continue
      }
      isBetween = false
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_PIPELINE_SYNC:
        if let refusal { throw refusal }
        return counts
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
        counts.append(PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0)
      case PGRES_PIPELINE_ABORTED: continue
      case PGRES_FATAL_ERROR:
        refusal = refusal ?? PostgresPipelineError(index: counts.count, error: serverError(result))
        // Some refusals cost the session.
        if let refusal, handle.pointer == nil { throw refusal }
      default:
        throw PostgresError(.unexpectedResult, "COPY is not served by a pipeline", host: host.description)
      }
    }
  }

  /// Nil between the results of two statements.
  private func nextResult(until deadline: ContinuousClock.Instant) async throws -> OpaquePointer? {
    while PQisBusy(try open()) == 1 { try await readMore(within: ContinuousClock.now.duration(to: deadline)) }
    return PQgetResult(try open())
  }
}
