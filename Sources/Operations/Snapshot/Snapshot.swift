/// The whole world at one instant. Console, control API, CLI and interlocks read nothing else.
public struct Snapshot: Sendable, Equatable, Codable {
  /// The application's name, from the configuration.
  public var service: String
  public var generatedAt: Timestamp
  public var generation: Generation
  /// The cloud whose database takes writes; nil when none or more than one claims to, or it is not known.
  public var primary: CloudID?
  public var automation: Automation
  public var lease: LeaseSnapshot
  public var clouds: [CloudSnapshot]
  public var recordSet: RecordSetSnapshot
  public var replication: [ReplicationLinkSnapshot] = []
  /// Nil where no failover is configured.
  public var failover: FailoverSnapshot?
  /// A drill that goes on; nil where none does.
  public var drill: Observation<DrillSnapshot>?
  public var levers: [LeverSnapshot] = []
  /// Every rule of every lever, judged for a plan that changes nothing.
  public var interlocks: [InterlockVerdict] = []
  /// Running operations and the newest finished ones, newest first.
  public var operations: [OperationSnapshot] = []
  /// Newest first.
  public var events: [Event] = []
  /// Why no lever can be journalled now; nil while the journal can be written.
  public var journalFault: String?

  public init(
    service: String, generatedAt: Timestamp, generation: Generation, primary: CloudID?, automation: Automation,
    lease: LeaseSnapshot, clouds: [CloudSnapshot], recordSet: RecordSetSnapshot
  ) {
    self.service = service
    self.generatedAt = generatedAt
    self.generation = generation
    self.primary = primary
    self.automation = automation
    self.lease = lease
    self.clouds = clouds
    self.recordSet = recordSet
  }

  public func link(_ id: LinkID) -> ReplicationLinkSnapshot? { replication.first { $0.id == id } }

  public func cloud(_ id: CloudID) -> CloudSnapshot? { clouds.first { $0.id == id } }

  public var runningOperation: OperationSnapshot? { operations.first { !$0.state.isFinal } }
}
