import SocketReadiness

/// What one server answered.
struct ServerTally: Sendable {
  var countByAddress: [String: Int] = [:]
  /// Why an answer is missing; nil when none is.
  var failure: String?
}

/// Many queries over one socket, several under way at a time.
struct QueryPipeline {
  /// Enough to hide the round trip, few enough for any server's socket buffer.
  private static let window = 32

  let question: DNSQuestion
  let server: String
  let timeout: Duration

  func run(_ count: Int) async -> ServerTally {
    var tally = ServerTally()
    guard count > 0 else { return tally }
    do {
      let address = try ServerAddress(server)
      var missing = try await round(count, address, &tally)
      // Lost packets are asked for once more; a second loss is a fact about the server.
      if missing > 0 { missing = try await round(missing, address, &tally) }
      if missing > 0 { tally.failure = tally.failure ?? "no answer within \(Self.text(timeout))" }
    } catch let error as DNSError {
      if case .unreachable(_, let reason) = error {
        tally.failure = reason
      } else {
        tally.failure = "\(error)"
      }
    } catch {
      tally.failure = "\(error)"
    }
    return tally
  }

  /// Sends `count` queries and reads until all are answered or nothing comes for ``timeout``.
  ///
  /// - Returns: how many were not answered.
  private func round(_ count: Int, _ address: ServerAddress, _ tally: inout ServerTally) async throws -> Int {
    // Each window may take the whole timeout, so this never cuts a slow server short.
    let socket = try DNSSocket.datagram(to: address, until: .now + timeout * (count / Self.window + 1))
    // Identifiers are neither guessable nor used twice on this socket.
    var nextID = UInt16.random(in: .min ... .max)
    let step = UInt16.random(in: .min ... .max) | 1
    var waiting: Set<UInt16> = []
    var unsent = count
    var silentAt = ContinuousClock.now + timeout
    while unsent > 0 || !waiting.isEmpty {
      while unsent > 0, waiting.count < Self.window {
        try await socket.send(try DNSMessage.query(question, id: nextID, recursionDesired: false))
        waiting.insert(nextID)
        nextID &+= step
        unsent -= 1
      }
      do {
        let bytes = try await socket.receive(4096, until: silentAt)
        if note(bytes, &waiting, &tally) { silentAt = .now + timeout }
      } catch SocketReadinessError.timedOut {
        break
      }
    }
    return unsent + waiting.count
  }

  /// Whether `bytes` answered one of the questions.
  private func note(_ bytes: [UInt8], _ waiting: inout Set<UInt16>, _ tally: inout ServerTally) -> Bool {
    guard bytes.count >= 2 else { return false }
    let id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    guard waiting.contains(id) else { return false }
    do {
      guard let message = try DNSClient.answer(bytes, to: question, id: id) else { return false }
      waiting.remove(id)
      if message.responseCode != .noError {
        tally.failure = message.responseCode.description
      } else if let address = message.answers.lazy.compactMap(\.address).first {
        tally.countByAddress[address, default: 0] += 1
      } else {
        tally.failure = "no address in the answer"
      }
    } catch {
      waiting.remove(id)
      tally.failure = "\(error)"
    }
    return true
  }

  private static func text(_ duration: Duration) -> String {
    let milliseconds = duration / .milliseconds(1)
    return milliseconds < 1000 ? "\(Int(milliseconds)) ms" : "\(Int(milliseconds / 1000)) s"
  }
}
