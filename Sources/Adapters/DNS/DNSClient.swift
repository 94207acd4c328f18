import Operations
import SocketReadiness

/// Asks name servers, each question over UDP from a port and with an identifier drawn at random, and over TCP when the
/// answer does not fit.
public struct DNSClient: Sendable {
  /// How many times a question is sent within its timeout.
  public var attempts: Int

  public init(attempts: Int = 3) { self.attempts = max(1, attempts) }

  /// The server's answer, whatever its response code.
  ///
  /// - Parameters:
  ///   - server: `127.0.0.1:53`; the port is 53 unless given.
  ///   - timeout: for everything, retries and TCP included.
  /// - Throws: ``DNSError``, or `CancellationError`.
  public func query(name: String, type: DNSType, server: String, timeout: Duration) async throws -> DNSMessage {
    let address = try ServerAddress(server)
    let question = DNSQuestion(name: name, type: type)
    let start = ContinuousClock.now
    for _ in 1...attempts {
      // From now, not from the start: a stall of this machine must not eat the attempts that follow.
      let deadline = ContinuousClock.now + timeout / attempts
      do {
        let answer = try await ask(question, address, until: deadline)
        guard answer.isTruncated else { return answer }
        return try await askByStream(question, address, until: start + timeout)
      } catch SocketReadinessError.timedOut {
        continue
      } catch let error as SocketReadinessError {
        throw DNSError.unreachable(server: server, reason: "\(error)")
      }
    }
    throw DNSError.timedOut(server: server, after: timeout)
  }

  private func ask(
    _ question: DNSQuestion, _ server: ServerAddress, until deadline: ContinuousClock.Instant
  ) async throws -> DNSMessage {
    let id = UInt16.random(in: .min ... .max)
    let packet = try DNSMessage.query(question, id: id)
    let socket = try DNSSocket.datagram(to: server, until: deadline)
    try await socket.send(packet)
    while true {
      let bytes = try await socket.receive(4096)
      if let answer = try Self.answer(bytes, to: question, id: id) { return answer }
    }
  }

  private func askByStream(
    _ question: DNSQuestion, _ server: ServerAddress, until deadline: ContinuousClock.Instant
  ) async throws -> DNSMessage {
    let id = UInt16.random(in: .min ... .max)
    let packet = try DNSMessage.query(question, id: id)
    let socket = try await DNSSocket.stream(to: server, until: deadline)
    var framed: [UInt8] = []
    framed.append(short: UInt16(packet.count))
    try await socket.send(framed + packet)
    var received: [UInt8] = []
    while true {
      let bytes = try await socket.receive(65_537)
      guard !bytes.isEmpty else { throw DNSError.malformed("the connection ended inside the answer") }
      received += bytes
      guard received.count >= 2 else { continue }
      let length = Int(received[0]) << 8 | Int(received[1])
      guard received.count >= 2 + length else { continue }
      let answer = try Self.answer(Array(received[2..<2 + length]), to: question, id: id)
      guard let answer else { throw DNSError.malformed("the answer is to another question") }
      return answer
    }
  }

  /// The message when it answers `question`; nil when it is somebody else's, or forged.
  ///
  /// - Throws: ``DNSError/malformed(_:)`` when it bears our identifier and cannot be read.
  static func answer(_ bytes: [UInt8], to question: DNSQuestion, id: UInt16) throws(DNSError) -> DNSMessage? {
    guard bytes.count >= 2 else { return nil }
    guard bytes[0] == UInt8(id >> 8), bytes[1] == UInt8(id & 0xFF) else { return nil }
    let message = try DNSMessage(bytes)
    guard message.isResponse else { return nil }
    // A server that could not read the question need not repeat it.
    if message.question == nil, message.responseCode != .noError { return message }
    return message.question == question ? message : nil
  }
}
