import HTTPAdapter
public import Operations

/// A host behind a control socket. It reconnects by itself and says so.
public struct RemoteHostClient: HostClient {
  private let path: String
  private let http: HTTPClient

  public init(path: String) throws {
    self.path = path
    http = try HTTPClient()
  }

  /// Whether a host answers there.
  public static func isServed(_ path: String) async -> Bool {
    guard let http = try? HTTPClient() else { return false }
    var request = HTTPRequest(url: "http://signalbox/healthz")
    request.unixSocketPath = path
    request.timeout = .seconds(2)
    request.freshConnection = true
    return (try? await http.send(request))?.status == 200
  }

  public func updates() -> AsyncStream<HostUpdate> {
    AsyncStream(bufferingPolicy: .bufferingNewest(4)) { continuation in
      let task = Task {
        var lostSince: Timestamp?
        while !Task.isCancelled {
          let reason = await follow(continuation) { lostSince = nil }
          let since = lostSince ?? SystemWallClock().now()
          lostSince = since
          continuation.yield(.connection(.lost(reason: reason, since: since)))
          try? await Task.sleep(for: .milliseconds(500))
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  public func plan(_ request: LeverRequest) async throws -> Plan {
    try await exchange("POST", "/v1/plans", body: ControlJSON.encode(request))
  }

  public func execute(_ plan: PlanID, overriding: [InterlockName], actor: String) async throws -> OperationID {
    let body = try ControlJSON.encode(ControlMessage.Execute(plan: plan, overriding: overriding, actor: actor))
    let executed: ControlMessage.Executed = try await exchange("POST", "/v1/operations", body: body)
    return executed.operation
  }

  public func change(_ change: AutomationChange, actor: String) async throws {
    let body = try ControlJSON.encode(ControlMessage.Change(change: change, actor: actor))
    let _: ControlMessage.Done = try await exchange("POST", "/v1/automation", body: body)
  }

  public func control(_ operation: OperationID, _ control: OperationControl, actor: String) async throws {
    let body = try ControlJSON.encode(ControlMessage.Control(operation: operation, control: control, actor: actor))
    let _: ControlMessage.Done = try await exchange("POST", "/v1/operations/control", body: body)
  }

  public func tell(of drill: DrillSnapshot?) async throws {
    let body = try ControlJSON.encode(ControlMessage.Drill(drill: drill))
    let _: ControlMessage.Done = try await exchange("POST", "/v1/drill", body: body)
  }

  public func journal(newest limit: Int) async throws -> [JournalEntry] {
    try await exchange("GET", "/v1/journal?newest=\(limit)", body: nil)
  }

  public func conflicts(of link: LinkID, newest limit: Int) async throws -> [ReplicationConflict] {
    let query = ReplicationQuery(link: link, limit: limit)
    return try await exchange("GET", "/v1/replication/conflicts?\(try query.text)", body: nil)
  }

  public func differences(of link: LinkID, limit: Int) async throws -> [TableDifference] {
    let query = ReplicationQuery(link: link, limit: limit)
    return try await exchange("GET", "/v1/replication/differences?\(try query.text)", body: nil)
  }

  public func snapshot() async throws -> Snapshot { try await exchange("GET", "/v1/snapshot", body: nil) }

  /// Passes snapshots on until the link breaks; returns why it did.
  private func follow(
    _ continuation: AsyncStream<HostUpdate>.Continuation, attached: () -> Void
  ) async -> String {
    var request = HTTPRequest(url: "http://signalbox/v1/events")
    request.unixSocketPath = path
    request.idleTimeout = .seconds(5)
    request.freshConnection = true
    var parser = ServerSentEvent.Parser()
    var first = true
    do {
      for try await chunk in http.stream(request) {
        guard let events = parser.feed(chunk) else { return "the host sent an event without end" }
        // Only the newest counts; the reader was slow if there are several.
        guard let last = events.last(where: { $0.name == "snapshot" }) else { continue }
        let snapshot = try ControlJSON.decode(Snapshot.self, from: last.data)
        if first {
          first = false
          attached()
          continuation.yield(.connection(.attached))
        }
        continuation.yield(.snapshot(snapshot))
      }
      return "the host ended"
    } catch let error as HTTPError {
      return error.reason
    } catch is DecodingError {
      return "the host sent a snapshot that cannot be read; is it of another version?"
    } catch {
      return "\(error)"
    }
  }

  private func exchange<Answer: Decodable>(_ method: String, _ target: String, body: [UInt8]?) async throws -> Answer {
    var request = HTTPRequest(method: method, url: "http://signalbox\(target)")
    request.unixSocketPath = path
    request.body = body
    if body != nil { request.headers = [HTTPField("Content-Type", "application/json")] }
    let response: HTTPResponse
    do {
      response = try await http.send(request)
    } catch let error as HTTPError {
      throw HostError.unreachable("\(path): \(error.reason)")
    }
    guard (200...299).contains(response.status) else { throw failure(of: response) }
    do {
      return try ControlJSON.decode(Answer.self, from: response.body)
    } catch {
      throw HostError.failed("the host's answer cannot be read; is it of another version?")
    }
  }

  private func failure(of response: HTTPResponse) -> any Error {
    guard let failure = try? ControlJSON.decode(ControlMessage.Failure.self, from: response.body) else {
      return HostError.failed("the host answered with status \(response.status)")
    }
    switch failure.kind {
    case .refused: return Refusal(holding: failure.holding ?? [])
    case .invalidRequest, .notFound: return HostError.invalidRequest(failure.message)
    case .unknownPlan: return HostError.unknownPlan(failure.plan ?? PlanID("?"))
    case .failed: return HostError.failed(failure.message)
    }
  }
}
