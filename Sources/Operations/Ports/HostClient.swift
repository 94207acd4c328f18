/// How a console or a command reaches the host: in the same process, or behind the control socket. Its user cannot
/// tell which.
public protocol HostClient: Sendable {
  /// Snapshots as they are published, and the state of the connection. Never finishes until cancelled; reconnects by
  /// itself. Slow readers get the newest snapshot, not every one.
  func updates() -> AsyncStream<HostUpdate>

  /// Asks for a plan. Nothing is changed.
  func plan(_ request: LeverRequest) async throws -> Plan

  /// Executes a plan that the host made before, on `actor`'s behalf.
  ///
  /// - Throws: ``Refusal`` when interlocks hold it; ``HostError`` otherwise.
  func execute(_ plan: PlanID, overriding: [InterlockName], actor: String) async throws -> OperationID

  /// Tells the automation what a person wants of it; it takes effect at once.
  ///
  /// - Throws: ``HostError``, `invalidRequest` where no failover is configured or there is nothing of the kind to do.
  func change(_ change: AutomationChange, actor: String) async throws

  /// Pauses, resumes or aborts a running operation.
  ///
  /// - Throws: ``HostError``, `invalidRequest` when there is no such operation, or it is past its point of no return.
  func control(_ operation: OperationID, _ control: OperationControl, actor: String) async throws

  /// Tells how a drill goes on, for whoever looks at the host; nil: it is over.
  func tell(of drill: DrillSnapshot?) async throws

  func journal(newest limit: Int) async throws -> [JournalEntry]

  /// The conflicts that a replication link has logged, newest first.
  ///
  /// - Parameter limit: at most so many, 1 to 10,000.
  /// - Throws: ``HostError``, `invalidRequest` when there is no such link.
  func conflicts(of link: LinkID, newest limit: Int) async throws -> [ReplicationConflict]

  /// The rows that the last comparison of each of a link's tables found to differ at rest, by table and key.
  ///
  /// - Parameter limit: at most so many, 1 to 10,000.
  /// - Throws: ``HostError``, `invalidRequest` when there is no such link.
  func differences(of link: LinkID, limit: Int) async throws -> [TableDifference]
}

/// What a host's client hears.
public enum HostUpdate: Sendable, Equatable {
  case snapshot(Snapshot)
  case connection(HostConnection)
}

/// The console's link to the host.
public enum HostConnection: Sendable, Equatable {
  /// In the same process.
  case local
  case attached
  /// The link is down since then; it is being tried again.
  case lost(reason: String, since: Timestamp)
}

/// Why the host did not do what it was asked.
public enum HostError: Error, Sendable, Equatable, CustomStringConvertible {
  case unreachable(String)
  /// The plan is too old or was never made here; ask for a new one.
  case unknownPlan(PlanID)
  case invalidRequest(String)
  /// The request is understood, but as the world stands no plan can be made of it: why, and what would help.
  case noPlan(InterlockHold)
  case failed(String)

  public var description: String {
    switch self {
    case .unreachable(let reason): "the host cannot be reached: \(reason)"
    case .unknownPlan(let id): "plan \(id) is not known or has expired; ask for a new one"
    case .invalidRequest(let reason): reason
    case .noPlan(let hold): "\(hold.reason); \(hold.remedy)"
    case .failed(let reason): reason
    }
  }
}

extension HostError {
  /// As the world stands no plan can be made.
  ///
  /// - Parameter remedy: what a person can do so that one can be.
  public static func noPlan(_ reason: String, remedy: String) -> HostError {
    .noPlan(InterlockHold(reason: reason, remedy: remedy))
  }
}
