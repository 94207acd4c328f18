import Operations
import Synchronization

/// A host that answers as it is told to.
final class ScriptedHost: HostClient {
  enum Manner: Sendable {
    case prompt, silent, refusing
  }

  let manner: Manner
  private let stream: AsyncStream<HostUpdate>
  let publish: AsyncStream<HostUpdate>.Continuation
  private let executed = Mutex<[String]>([])
  private let told = Mutex<[String]>([])

  init(_ manner: Manner) {
    self.manner = manner
    (stream, publish) = AsyncStream.makeStream()
    publish.yield(.connection(.attached))
    publish.yield(.snapshot(SnapshotFixture.allWell))
  }

  /// `plan actor overridden…` of each execution.
  var executions: [String] { executed.withLock { $0 } }

  /// `what actor` of each word to the automation or to an operation.
  var changes: [String] { told.withLock { $0 } }

  func updates() -> AsyncStream<HostUpdate> { stream }

  func plan(_ request: LeverRequest) async throws -> Plan {
    if manner == .silent { try await Task.sleep(for: .seconds(3600)) }
    return PlanFixture.plan(to: 60, 40)
  }

  func execute(_ plan: PlanID, overriding: [InterlockName], actor: String) async throws -> OperationID {
    if manner == .refusing {
      throw Refusal(holding: [SnapshotFixture.hold("too-soon", "the weights changed 1 s ago", "wait 9 s")])
    }
    executed.withLock { $0.append(([plan.rawValue, actor] + overriding.map(\.rawValue)).joined(separator: " ")) }
    return OperationID(plan.rawValue)
  }

  func change(_ change: AutomationChange, actor: String) async throws {
    if manner == .silent { try await Task.sleep(for: .seconds(3600)) }
    if manner == .refusing { throw HostError.invalidRequest("no failover is configured") }
    told.withLock { $0.append("\(change.rawValue) \(actor)") }
  }

  func control(_ operation: OperationID, _ control: OperationControl, actor: String) async throws {
    if manner == .silent { try await Task.sleep(for: .seconds(3600)) }
    if manner == .refusing { throw HostError.invalidRequest("it is past its point of no return") }
    told.withLock { $0.append("\(control.rawValue) \(operation) \(actor)") }
  }

  func tell(of drill: DrillSnapshot?) async throws { told.withLock { $0.append("drill \(drill?.name ?? "over")") } }

  func journal(newest limit: Int) async throws -> [JournalEntry] { [] }

  func conflicts(of link: LinkID, newest limit: Int) async throws -> [ReplicationConflict] {
    if manner == .silent { try await Task.sleep(for: .seconds(3600)) }
    if manner == .refusing { throw HostError.invalidRequest("there is no replication link '\(link)'") }
    return ReplicationFixture.conflicts
  }

  func differences(of link: LinkID, limit: Int) async throws -> [TableDifference] {
    if manner == .silent { try await Task.sleep(for: .seconds(3600)) }
    if manner == .refusing { throw HostError.invalidRequest("there is no replication link '\(link)'") }
    return ReplicationFixture.differences
  }
}
