internal import CLibpq
internal import Operations
internal import SocketReadiness

extension PostgresConnection {
  /// PostgreSQL counts microseconds from 2000-01-01.
  private static let epochOffset: Int64 = 946_684_800_000_000

  func startStreaming(_ command: String, timeout: Duration) async throws {
    let deadline = ContinuousClock.now + timeout
    try await takeTurn(until: deadline)
    do {
      try await begin(command, expecting: PGRES_COPY_BOTH, until: deadline)
    } catch {
      endTurn()
      throw error
    }
    // From now on until the session is closed; its turn has ended for good.
    occupation = .streaming
    endTurn()
  }

  func receiveMessages(limit: Int, within timeout: Duration) async throws -> ReplicationMessages {
    guard occupation == .streaming else {
      throw PostgresError(.invalid, "the session does not stream", host: host.description)
    }
    try beginReading()
    defer { isReading = false }
    let deadline = ContinuousClock.now + timeout
    var messages = ReplicationMessages()
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(try open(), &buffer, 1)
      if length > 0, let buffer {
        take(UnsafeRawBufferPointer(start: buffer, count: Int(length)), into: &messages)
        PQfreemem(buffer)
        if messages.bytes.count >= limit { return messages }
      } else if length == 0 {
        // Only what has arrived already is taken without waiting.
        if !messages.isEmpty || messages.wantsReply || messages.keepaliveEnd != nil { return messages }
        do {
          try await readMore(within: ContinuousClock.now.duration(to: deadline))
        } catch SocketReadinessError.timedOut {
          return messages
        } catch {
          throw settle(error)
        }
      } else {
        throw try await endOfStream()
      }
    }
  }

  func sendStatus(received: LSN, flushed: LSN, at clock: Timestamp, wantsReply: Bool) async throws {
    var message: [UInt8] = [UInt8(ascii: "r")]
    message.reserveCapacity(34)
    let time = UInt64(bitPattern: clock.microsecondsSinceEpoch - Self.epochOffset)
    for number in [received.rawValue, flushed.rawValue, flushed.rawValue, time] {
      withUnsafeBytes(of: number.bigEndian) { message.append(contentsOf: $0) }
    }
    message.append(wantsReply ? 1 : 0)
    let connection = try open()
    let sent = message.withUnsafeBytes { bytes in
      PQputCopyData(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }
    guard sent >= 0, PQflush(connection) >= 0 else { throw failure(.disconnected) }
  }

  /// `w`: start, end, clock, then the payload. `k`: end, clock, whether a reply is wanted.
  private func take(_ message: UnsafeRawBufferPointer, into messages: inout ReplicationMessages) {
    let number = { (offset: Int) in
      UInt64(bigEndian: message.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    let clock = { (offset: Int) in
      Timestamp(microsecondsSinceEpoch: Int64(bitPattern: number(offset)) + Self.epochOffset)
    }
    switch message[0] {
    case UInt8(ascii: "w") where message.count > 25:
      messages.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: message[25...]))
      messages.ends.append(messages.bytes.count)
      messages.walEnd = max(messages.walEnd ?? .zero, LSN(number(9)))
      messages.serverClock = clock(17)
    case UInt8(ascii: "k") where message.count >= 18:
      messages.walEnd = max(messages.walEnd ?? .zero, LSN(number(1)))
      messages.keepaliveEnd = LSN(number(1))
      messages.serverClock = clock(9)
      messages.wantsReply = messages.wantsReply || message[17] == 1
    default: break
    }
  }

  /// Why the stream is over. A server that goes says so with an error of its own or without; to whoever reads, it is
  /// gone either way.
  private func endOfStream() async throws -> any Error {
    defer { close() }
    do {
      _ = try await receive(until: .now + .seconds(2))
    } catch var error as PostgresError {
      // Class 57P: the server shuts down, or an administrator ended the session.
      if error.kind == .unexpectedResult || error.sqlState?.hasPrefix("57P") == true { error.kind = .disconnected }
      return error
    } catch {
      return settle(error)
    }
    return PostgresError(.disconnected, "the server ended the stream", host: host.description)
  }
}
