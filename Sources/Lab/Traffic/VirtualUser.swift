import DNSAdapter
import HTTPAdapter

/// One visitor: asks for the name's address, sends a request, reads, thinks, and so on.
struct VirtualUser: Sendable {
  let settings: TrafficSettings
  let target: TrafficTarget
  let client: HTTPClient
  let recorder: TrafficRecorder
  let accounts: TrafficAccounts
  let log: VisitLog?
  let rows: RowNumbers?
  let number: Int

  /// What a user remembers from one request to the next.
  private struct Memory {
    var resolution: Resolution
    /// The row that is not acknowledged yet.
    var write: NumberedWrite?
  }

  func run() async {
    var memory = Memory(resolution: Resolution(target: target))
    // Users do not all arrive at once.
    var pause = settings.thinkTime * Double.random(in: 0...1)
    while !Task.isCancelled {
      try? await Task.sleep(for: pause)
      if Task.isCancelled { return }
      let isServed = await visit(&memory)
      pause = (isServed ? settings.thinkTime : settings.retryPause ?? settings.thinkTime) * Double.random(in: 0.5...1.5)
    }
  }

  /// - Returns: whether the user got what it came for.
  private func visit(_ memory: inout Memory) async -> Bool {
    let begun = ContinuousClock.now
    if memory.write == nil, Double.random(in: 0..<1) < settings.writeShare {
      // The number 0 stands for a write without a number.
      memory.write = NumberedWrite(number: rows?.next() ?? 0)
    }
    let (ask, kind) = ask(memory)
    let address: String
    do { address = try await memory.resolution.current() } catch {
      if Task.isCancelled { return false }
      let reason = Self.unresolved(error)
      recorder.unresolved(reason)
      note(kind, cloud: nil, from: begun, failure: reason, memory)
      return false
    }
    return await send(ask, kind, to: address, from: begun, &memory)
  }

  private func ask(_ memory: Memory) -> (TrafficAsk, VisitRecord.Kind) {
    guard let write = memory.write else { return (.read, .read) }
    guard let rows else { return (.write, .write) }
    return write.next == .look ? (.look, .look) : (.row(title: rows.title(write.number)), .write)
  }

  private func send(
    _ ask: TrafficAsk, _ kind: VisitRecord.Kind, to address: String, from begun: ContinuousClock.Instant,
    _ memory: inout Memory
  ) async -> Bool {
    let cloud = target.cloudByAddress[address] ?? "elsewhere"
    let visit = Visit(target: target, client: client, timeout: settings.timeout, address: address)
    do {
      let (request, token) = try await accounts.request(user: number, ask, visit: visit)
      let sent = ContinuousClock.now
      let response = try await client.send(request)
      let took = ContinuousClock.now - sent
      if response.status >= 400 || kind == .write {
        await accounts.learn(from: response, to: ask, user: number, token: token)
      }
      let failure = response.status >= 400 ? "status \(response.status)" : nil
      recorder.request(cloud: cloud, isWrite: kind == .write, took: took, failure: failure)
      let acknowledges = learn(response, kind, &memory)
      note(kind, cloud: cloud, from: sent, failure: failure, memory, acknowledges: acknowledges)
      if acknowledges || rows == nil { memory.write = nil }
      return failure == nil
    } catch {
      if Task.isCancelled { return false }
      let reason = Self.reason(error)
      recorder.request(cloud: cloud, isWrite: kind == .write, took: nil, failure: reason)
      note(kind, cloud: cloud, from: begun, failure: reason, memory)
      if kind == .write { _ = memory.write?.learn(Self.isLost(error) ? .lost : .neverSent) }
      if rows == nil { memory.write = nil }
      return false
    }
  }

  private func learn(_ response: HTTPResponse, _ kind: VisitRecord.Kind, _ memory: inout Memory) -> Bool {
    guard let rows, let write = memory.write else { return kind == .write && response.status < 300 }
    guard kind == .look, response.isSuccess else {
      return memory.write?.learn(.answered(status: response.status)) ?? false
    }
    // With its quotation marks, or the row 1 would be found in the row 10.
    return memory.write?.learn(.looked(found: response.text.contains("\"\(rows.title(write.number))\""))) ?? false
  }

  private func note(
    _ kind: VisitRecord.Kind, cloud: String?, from sent: ContinuousClock.Instant, failure: String?, _ memory: Memory,
    acknowledges: Bool = false
  ) {
    guard let log else { return }
    log.append(
      VisitRecord(
        user: number, kind: kind, cloud: cloud, sentSeconds: log.offset(sent), endedSeconds: log.offset(.now),
        failure: failure, row: kind == .read ? nil : memory.write?.number, acknowledges: acknowledges))
  }

  /// Whether the application may have got the request.
  private static func isLost(_ error: any Error) -> Bool { (error as? HTTPError)?.phase == .response }

  private static func unresolved(_ error: any Error) -> String {
    let reason =
      switch error as? DNSError {
      case .timedOut: "timed out"
      case .unreachable(_, let reason): reason
      case .malformed: "no DNS answer"
      case .invalidName, .invalidServer, nil: "no address"
      }
    return "name not resolved: \(reason)"
  }

  /// Without what differs from one request to the next, so that failures can be counted.
  private static func reason(_ error: any Error) -> String {
    if let error = error as? HTTPError {
      return "\(error.phase.rawValue): \(error.isTimeout ? "timed out" : error.reason)"
    }
    if let error = error as? TrafficAccounts.LoginFailure { return error.reason }
    return "\(type(of: error))"
  }
}
