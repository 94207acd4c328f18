import Operations

/// Gives each path of the control API its meaning.
struct ControlRouter: Sendable {
  let host: Host

  func respond(method: String, target: String, body: [UInt8]) async -> ControlResponse {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts.first.map(String.init) ?? ""
    let query = parts.count > 1 ? String(parts[1]) : ""
    switch (method, path) {
    case ("GET", "/healthz"): return .text("ok\n")
    case ("GET", "/v1/snapshot"): return .json(await host.snapshot())
    case ("GET", "/v1/events"):
      return ControlResponse(
        status: 200, contentType: "text/event-stream", body: .events(await host.snapshots()))
    case ("GET", "/metrics"):
      return .text(MetricsText.write(await host.snapshot()), type: "text/plain; version=0.0.4; charset=utf-8")
    case ("GET", "/v1/journal"): return await journal(query)
    case ("GET", "/v1/replication/conflicts"):
      return await replication(query) { try await host.conflicts(of: $0.link, newest: $0.limit) }
    case ("GET", "/v1/replication/differences"):
      return await replication(query) { try await host.differences(of: $0.link, limit: $0.limit) }
    case ("POST", "/v1/plans"): return await plan(body)
    case ("POST", "/v1/operations"): return await execute(body)
    case ("POST", "/v1/automation"):
      return await act(body, ControlMessage.Change.self) { try await host.change($0.change, actor: $0.actor) }
    case ("POST", "/v1/operations/control"):
      return await act(body, ControlMessage.Control.self) {
        try await host.control($0.operation, $0.control, actor: $0.actor)
      }
    case ("POST", "/v1/drill"): return await drill(body)
    case (_, "/v1/drill"), (_, "/v1/automation"), (_, "/v1/operations/control"), (_, "/healthz"), (_, "/metrics"),
      (_, "/v1/snapshot"),
      (_, "/v1/events"), (_, "/v1/journal"),
      (_, "/v1/plans"), (_, "/v1/operations"), (_, "/v1/replication/conflicts"), (_, "/v1/replication/differences"):
      return .failure(.invalidRequest, "\(path) does not take \(method)", status: 405)
    default: return .failure(.notFound, "there is no \(path)", status: 404)
    }
  }

  private func journal(_ query: String) async -> ControlResponse {
    let limit = query.hasPrefix("newest=") ? Int(query.dropFirst("newest=".count)) : 100
    guard let limit, (1...10_000).contains(limit) else {
      return .failure(.invalidRequest, "newest must be a whole number from 1 to 10000", status: 400)
    }
    do {
      return .json(try await host.parts.journal.newest(limit))
    } catch {
      return .failure(.failed, "\(error)", status: 503)
    }
  }

  private func replication(
    _ query: String, _ rows: (ReplicationQuery) async throws -> some Encodable
  ) async -> ControlResponse {
    guard let query = ReplicationQuery(query) else {
      return .failure(.invalidRequest, "write link=NAME&limit=N, N from 1 to 10000", status: 400)
    }
    do {
      return .json(try await rows(query))
    } catch {
      return answer(to: error)
    }
  }

  private func plan(_ body: [UInt8]) async -> ControlResponse {
    guard let request = try? ControlJSON.decode(LeverRequest.self, from: body) else {
      return .failure(.invalidRequest, "the body is no lever request", status: 400)
    }
    do {
      return .json(try await host.plan(request))
    } catch {
      return answer(to: error)
    }
  }

  private func execute(_ body: [UInt8]) async -> ControlResponse {
    guard let request = try? ControlJSON.decode(ControlMessage.Execute.self, from: body),
      request.actor.utf8.count <= 200, request.overriding.count <= 100
    else {
      return .failure(.invalidRequest, "the body names no plan, overrides and actor", status: 400)
    }
    do {
      let id = try await host.execute(request.plan, overriding: request.overriding, actor: request.actor)
      return .json(ControlMessage.Executed(operation: id), status: 202)
    } catch {
      return answer(to: error)
    }
  }

  /// Longer than other messages, for its history.
  private func drill(_ body: [UInt8]) async -> ControlResponse {
    guard let message = try? ControlJSON.decode(ControlMessage.Drill.self, from: body) else {
      return .failure(.invalidRequest, "the body tells of no drill", status: 400)
    }
    do {
      try await host.tell(of: message.drill)
      return .json(ControlMessage.Done())
    } catch {
      return answer(to: error)
    }
  }

  private func act<Message: Decodable>(
    _ body: [UInt8], _ type: Message.Type, _ act: (Message) async throws -> Void
  ) async -> ControlResponse {
    guard body.count <= 4096, let message = try? ControlJSON.decode(type, from: body) else {
      return .failure(.invalidRequest, "the body does not say what is to be done, and for whom", status: 400)
    }
    do {
      try await act(message)
      return .json(ControlMessage.Done())
    } catch {
      return answer(to: error)
    }
  }

  private func answer(to error: any Error) -> ControlResponse {
    switch error {
    case let refusal as Refusal:
      .json(
        ControlMessage.Failure(
          kind: .refused, message: refusal.description, holding: refusal.holding, plan: nil), status: 409)
    case HostError.invalidRequest(let reason): .failure(.invalidRequest, reason, status: 400)
    case HostError.noPlan: .failure(.invalidRequest, "\(error)", status: 400)
    case HostError.unknownPlan(let id):
      .json(
        ControlMessage.Failure(
          kind: .unknownPlan, message: HostError.unknownPlan(id).description, holding: nil, plan: id), status: 404)
    default: .failure(.failed, "\(error)", status: 503)
    }
  }
}
