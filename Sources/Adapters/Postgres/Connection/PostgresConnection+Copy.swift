internal import CLibpq
internal import Glibc
internal import SocketReadiness

extension PostgresConnection {
  /// Begins a `COPY … TO STDOUT`. The session serves nothing else until ``copyOutChunk(limit:idleTimeout:)`` has
  /// returned nil or thrown.
  ///
  /// - Throws: ``PostgresError``; `CancellationError`.
  public func startCopyOut(_ sql: String, timeout: Duration) async throws {
    let deadline = ContinuousClock.now + timeout
    try await takeTurn(until: deadline)
    do {
      try await begin(sql, expecting: PGRES_COPY_OUT, until: deadline)
      occupation = .copyOut(isOver: false)
    } catch {
      endTurn()
      throw error
    }
  }

  /// The next rows, as the server sent them and at most about `limit` bytes; nil after the last.
  ///
  /// - Throws: ``PostgresError``, of kind `invalid` when no copy is under way or when somebody else reads it;
  ///   `CancellationError`. Otherwise the copy is over then.
  public func copyOutChunk(limit: Int = 256 * 1024, idleTimeout: Duration) async throws -> [UInt8]? {
    guard case .copyOut(let isOver) = occupation else {
      throw PostgresError(.invalid, "there is no copy to read from", host: host.description)
    }
    try beginReading()
    defer { isReading = false }
    do {
      if !isOver, let chunk = try await rows(limit, idleTimeout) { return chunk }
      // The end, or the server's refusal; whichever it is, it must be fetched.
      _ = try await finish(within: idleTimeout)
      endCopyOut()
      return nil
    } catch {
      let error = endCopy(after: error)
      endCopyOut()
      throw error
    }
  }

  private func rows(_ limit: Int, _ idleTimeout: Duration) async throws -> [UInt8]? {
    var chunk: [UInt8] = []
    chunk.reserveCapacity(limit + 4096)
    var isDry = false
    while true {
      var row: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(try open(), &row, 1)
      if length > 0, let row {
        isDry = false
        chunk.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
        PQfreemem(row)
        if chunk.count >= limit { return chunk }
      } else if length == 0 {
        // libpq takes some kilobytes at once from the socket; what else is there already is worth no waiting.
        if !isDry {
          isDry = true
          if PQconsumeInput(try open()) != 1 { throw failure(.disconnected) }
          continue
        }
        if !chunk.isEmpty { return chunk }
        try await readMore(within: idleTimeout)
      } else if length == -1 {
        // libpq says so once only.
        occupation = .copyOut(isOver: true)
        return chunk.isEmpty ? nil : chunk
      } else {
        throw failure(.disconnected)
      }
    }
  }

  func beginReading() throws {
    guard !isReading else {
      throw PostgresError(.invalid, "another task reads from the session already", host: host.description)
    }
    isReading = true
  }

  /// Unless the session was closed meanwhile, which ended it already.
  private func endCopyOut() {
    guard occupation != .none else { return }
    occupation = .none
    endTurn()
  }

  /// Runs a `COPY … FROM STDIN` with the chunks that `next` gives until it gives nil. Chunks need not end with a row.
  ///
  /// When `next` throws, the copy is refused at the server and has had no effect; the session stays usable.
  ///
  /// - Parameter idleTimeout: for each chunk, and for the server's answer.
  /// - Returns: the number of rows copied.
  /// - Throws: ``PostgresError``; `CancellationError`; what `next` throws.
  @discardableResult
  public func copyIn(
    _ sql: String, idleTimeout: Duration, _ next: @Sendable () async throws -> [UInt8]?
  ) async throws -> Int {
    try await takeTurn(until: .now + idleTimeout)
    do {
      try await begin(sql, expecting: PGRES_COPY_IN, until: .now + idleTimeout)
    } catch {
      endTurn()
      throw error
    }
    do {
      try await feed(next, idleTimeout)
      let result = try await finish(within: idleTimeout)
      endTurn()
      return result.affectedCount
    } catch {
      let error = endCopy(after: error)
      endTurn()
      throw error
    }
  }

  private func feed(_ next: @Sendable () async throws -> [UInt8]?, _ idleTimeout: Duration) async throws {
    while true {
      let chunk: [UInt8]?
      do { chunk = try await next() } catch {
        guard let connection = handle.pointer else { throw error }
        _ = PQputCopyEnd(connection, "the sender gave up")
        // What cannot be ended properly is abandoned by the caller: the session is still busy then.
        _ = try? await flush(until: .now + idleTimeout)
        _ = try? await finish(within: idleTimeout)
        throw error
      }
      guard let chunk else { break }
      try await put(chunk, idleTimeout)
    }
    while true {
      let sent = PQputCopyEnd(try open(), nil)
      if sent == 1 { break }
      guard sent == 0 else { throw failure(.disconnected) }
      try await flush(until: .now + idleTimeout)
    }
    try await flush(until: .now + idleTimeout)
  }

  private func put(_ chunk: [UInt8], _ idleTimeout: Duration) async throws {
    var offset = 0
    // Pieces keep libpq's unsent backlog small: it moves what is left to the front at every partial write.
    while offset < chunk.count {
      let connection = try open()
      let count = min(chunk.count - offset, 64 * 1024)
      let sent = chunk.withUnsafeBytes { bytes in
        PQputCopyData(
          connection, bytes.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self), Int32(count))
      }
      guard sent >= 0 else { throw failure(.disconnected) }
      if sent == 1 { offset += count }
      try await flush(until: .now + idleTimeout)
    }
  }

  /// Sends a command that starts a copy and waits until it has started.
  func begin(
    _ sql: String, expecting status: ExecStatusType, until deadline: ContinuousClock.Instant
  ) async throws {
    guard PQsendQuery(try open(), sql) == 1 else { throw failure(.disconnected) }
    do {
      try await flush(until: deadline)
      while PQisBusy(try open()) == 1 { try await readMore(within: ContinuousClock.now.duration(to: deadline)) }
    } catch {
      throw settle(error)
    }
    guard let result = PQgetResult(try open()) else { throw failure(.disconnected) }
    let found = PQresultStatus(result)
    guard found != status else { return PQclear(result) }
    let isRefusal = found == PGRES_FATAL_ERROR
    let error = serverError(result)
    PQclear(result)
    do { try await drain(until: deadline) } catch { throw settle(error) }
    if isRefusal { throw error }
    handle.close()
    throw PostgresError(.unexpectedResult, "the statement started no such copy", host: host.description)
  }

  /// Takes what is left of a refused command; a copy that began instead cannot be left but by closing.
  private func drain(until deadline: ContinuousClock.Instant) async throws {
    while let connection = handle.pointer {
      while PQisBusy(connection) == 1 { try await readMore(within: ContinuousClock.now.duration(to: deadline)) }
      guard let result = PQgetResult(try open()) else { return }
      let status = PQresultStatus(result)
      PQclear(result)
      if [PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(status) { return handle.close() }
    }
  }

  /// The results after a copy's data.
  private func finish(within timeout: Duration) async throws -> PostgresResult {
    try await receive(until: .now + timeout)
  }

  func readMore(within timeout: Duration) async throws {
    _ = try await SocketReactor.shared.wait(for: .read, on: descriptor, until: .now + timeout)
    if PQconsumeInput(try open()) != 1 { throw failure(.disconnected) }
  }

  /// After a refusal by the server the session goes on; after anything else a copy cannot be left half done.
  private func endCopy(after error: any Error) -> any Error {
    if let refusal = error as? PostgresError, refusal.kind == .server { return error }
    guard let connection = handle.pointer, PQtransactionStatus(connection) == PQTRANS_ACTIVE else {
      return settle(error)
    }
    abandon()
    return settle(error)
  }

  func settle(_ error: any Error) -> any Error {
    guard let readiness = error as? SocketReadinessError else {
      if error is CancellationError { abandon() }
      return error
    }
    abandon()
    guard readiness == .timedOut else { return PostgresError(.disconnected, "\(readiness)", host: host.description) }
    return PostgresError(.timedOut, "no data in the time allowed", host: host.description)
  }
}
