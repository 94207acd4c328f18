public import Operations

/// A host in the same process.
public struct LocalHostClient: HostClient {
  private let host: Host

  public init(_ host: Host) { self.host = host }

  public func updates() -> AsyncStream<HostUpdate> {
    let host = host
    return AsyncStream(bufferingPolicy: .bufferingNewest(4)) { continuation in
      let task = Task {
        continuation.yield(.connection(.local))
        for await snapshot in await host.snapshots() { continuation.yield(.snapshot(snapshot)) }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  public func plan(_ request: LeverRequest) async throws -> Plan { try await host.plan(request) }

  public func execute(_ plan: PlanID, overriding: [InterlockName], actor: String) async throws -> OperationID {
    try await host.execute(plan, overriding: overriding, actor: actor)
  }

  public func change(_ change: AutomationChange, actor: String) async throws {
    try await host.change(change, actor: actor)
  }

  public func control(_ operation: OperationID, _ control: OperationControl, actor: String) async throws {
    try await host.control(operation, control, actor: actor)
  }

  public func tell(of drill: DrillSnapshot?) async throws { try await host.tell(of: drill) }

  public func journal(newest limit: Int) async throws -> [JournalEntry] {
    try await host.parts.journal.newest(limit)
  }

  public func conflicts(of link: LinkID, newest limit: Int) async throws -> [ReplicationConflict] {
    try await host.conflicts(of: link, newest: limit)
  }

  public func differences(of link: LinkID, limit: Int) async throws -> [TableDifference] {
    try await host.differences(of: link, limit: limit)
  }
}
