internal import CLibpq
internal import SocketReadiness

extension PostgresConnection {
  /// Runs one statement with parameters `$1`, `$2`….
  ///
  /// - Parameter preparing: parse and plan the statement once per session; for one that is run again and again.
  /// - Throws: ``PostgresError``; `CancellationError`.
  @discardableResult
  public func query(
    _ sql: String, _ parameters: [PostgresValue?] = [], timeout: Duration, preparing: Bool = false
  ) async throws -> PostgresResult {
    let deadline = ContinuousClock.now + timeout
    let arguments = try StatementArguments(parameters)
    return try await alone(until: deadline) {
      guard preparing else {
        return try await run(until: deadline) { connection in
          arguments.withPointers { PQsendQueryParams(connection, sql, arguments.count, nil, $0, nil, nil, 0) }
        }
      }
      let name = try await prepare(sql, until: deadline)
      return try await run(until: deadline) { connection in
        arguments.withPointers { PQsendQueryPrepared(connection, name, arguments.count, $0, nil, nil, 0) }
      }
    }
  }

  /// Runs a script of several statements without parameters, in one transaction unless it says otherwise.
  ///
  /// - Returns: the result of the last statement.
  @discardableResult
  public func execute(_ script: String, timeout: Duration) async throws -> PostgresResult {
    let deadline = ContinuousClock.now + timeout
    return try await alone(until: deadline) {
      try await run(until: deadline) { PQsendQuery($0, script) }
    }
  }

  /// Gives the session what another would have been opened with: its settings of the server, and the name that
  /// `pg_stat_activity` shows. Settings that only the old ones name stay.
  ///
  /// - Throws: ``PostgresError``; `CancellationError`.
  public func reconfigure(as settings: PostgresSettings, timeout: Duration) async throws {
    let wanted = settings.serverSettings + [("application_name", settings.applicationName)]
    let calls = wanted.indices.map { "set_config($\($0 * 2 + 1), $\($0 * 2 + 2), false)" }
    try await query(
      "SELECT \(calls.joined(separator: ", "))",
      wanted.flatMap { [PostgresValue($0.name), PostgresValue($0.value)] }, timeout: timeout)
  }

  func prepare(_ sql: String, until deadline: ContinuousClock.Instant) async throws -> String {
    if let name = prepared[sql] { return name }
    let name = "s\(prepared.count + 1)"
    _ = try await run(until: deadline) { PQsendPrepare($0, name, sql, 0, nil) }
    prepared[sql] = name
    return name
  }

  /// Waits for the statements that were there before.
  private func alone<Value>(
    until deadline: ContinuousClock.Instant, _ body: () async throws -> Value
  ) async throws -> Value {
    try await takeTurn(until: deadline)
    defer { endTurn() }
    return try await body()
  }

  func takeTurn(until deadline: ContinuousClock.Instant) async throws {
    if isRunning { try await waitForTurn(until: deadline) }
    isRunning = true
    do {
      try Task.checkCancellation()
      guard occupation != .streaming else {
        throw PostgresError(.invalid, "the session streams and runs no statements", host: host.description)
      }
      guard deadline > .now else { throw busy }
    } catch {
      endTurn()
      throw error
    }
  }

  private func waitForTurn(until deadline: ContinuousClock.Instant) async throws {
    let signal = try CompletionSignal()
    queue.append(signal)
    do {
      try await signal.wait(until: deadline)
    } catch {
      if let place = queue.firstIndex(where: { $0 === signal }) {
        queue.remove(at: place)
      } else {
        // The turn came at the same moment.
        endTurn()
      }
      throw error as? SocketReadinessError == .timedOut ? busy : error
    }
  }

  private var busy: PostgresError {
    PostgresError(.exhausted, "the session was busy with other statements", host: host.description)
  }

  func endTurn() {
    if queue.isEmpty { isRunning = false } else { queue.removeFirst().fire() }
  }

  private func run(
    until deadline: ContinuousClock.Instant, send: (OpaquePointer) -> Int32
  ) async throws -> PostgresResult {
    guard let connection = handle.pointer else {
      throw PostgresError(.disconnected, "the connection is closed", host: host.description)
    }
    guard send(connection) == 1 else { throw failure(.disconnected) }
    do {
      try await flush(until: deadline)
      return try await receive(until: deadline)
    } catch let error as SocketReadinessError {
      abandon()
      guard error == .timedOut else { throw PostgresError(.disconnected, "\(error)", host: host.description) }
      throw PostgresError(.timedOut, "no answer in the time allowed", host: host.description)
    } catch is CancellationError {
      abandon()
      throw CancellationError()
    }
  }

  func flush(until deadline: ContinuousClock.Instant) async throws {
    while true {
      switch PQflush(try open()) {
      case 0: return
      case 1:
        // The server may be waiting for us to read before it reads on.
        let ready = try await SocketReactor.shared.wait(for: [.read, .write], on: descriptor, until: deadline)
        if ready.contains(.read), PQconsumeInput(try open()) != 1 { throw failure(.disconnected) }
      default: throw failure(.disconnected)
      }
    }
  }

  /// Takes results until libpq has no more; the last counts, or the first that failed.
  func receive(until deadline: ContinuousClock.Instant) async throws -> PostgresResult {
    var last: PostgresResult?
    var refusal: PostgresError?
    while true {
      while PQisBusy(try open()) == 1 {
        _ = try await SocketReactor.shared.wait(for: .read, on: descriptor, until: deadline)
        if PQconsumeInput(try open()) != 1 { throw failure(.disconnected) }
      }
      guard let pointer = PQgetResult(try open()) else { break }
      switch PQresultStatus(pointer) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
        last = PostgresResult(pointer)
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        PQclear(pointer)
        handle.close()
        throw PostgresError(.unexpectedResult, "COPY is not served by a query", host: host.description)
      default:
        refusal = refusal ?? serverError(pointer)
        PQclear(pointer)
      }
    }
    if let refusal { throw refusal }
    guard let last else { throw failure(.disconnected) }
    return last
  }

  func open() throws(PostgresError) -> OpaquePointer {
    guard let pointer = handle.pointer else {
      throw PostgresError(.disconnected, "the connection was closed meanwhile", host: host.description)
    }
    return pointer
  }

  func failure(_ kind: PostgresError.Kind) -> PostgresError {
    PostgresError(kind, handle.message, host: host.description)
  }

  func serverError(_ result: OpaquePointer) -> PostgresError {
    let field = { (code: Character) -> String? in
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    let state = field("C")
    let message = oneLine(field("M") ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? "unknown failure")
    // A plan of a table that has changed since, or a statement the server forgot: the session is of no more use.
    if state == "26000" || (state == "0A000" && message.contains("cached plan")) { handle.close() }
    // The server takes its leave with a state of its own, and may have done so after the statement took effect.
    let hasEnded = state.map { $0.hasPrefix("57P0") } ?? isBroken
    return PostgresError(
      hasEnded ? .disconnected : .server, message, host: host.description, sqlState: state, constraint: field("n"),
      table: field("t").map { "\(field("s").map { "\($0)." } ?? "")\($0)" })
  }

  /// Gives the running statement up, and the session with it.
  func abandon() {
    if let pointer = handle.pointer { Cancellation.send(to: pointer) }
    close()
  }
}
