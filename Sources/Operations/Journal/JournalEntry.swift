/// One line of the journal, chained to the one before by its hash.
public struct JournalEntry: Sendable, Equatable, Codable {
  public enum Kind: Sendable, Equatable, Codable {
    case operationStarted(plan: Plan, overridden: [InterlockName])
    /// Durable before the step touches the world.
    case stepIntended(index: Int, action: StepAction)
    case stepDone(index: Int, detail: String)
    case stepFailed(index: Int, reason: String)
    /// The step was refused, and certainly had no effect.
    case stepRefused(index: Int, reason: String)
    /// Durable before what takes a done step back touches the world.
    case compensationIntended(index: Int, action: StepAction)
    case compensationDone(index: Int, detail: String)
    case compensationFailed(index: Int, reason: String)
    /// A person paused, resumed or aborted the operation.
    case controlled(OperationControl)
    case operationEnded(state: OperationSnapshot.State, failure: String?)
    /// A plan refused by an interlock.
    case refused(title: String, holding: [InterlockName])
    /// A person paused, resumed or acknowledged the automation, or stopped its countdown.
    case automation(AutomationChange)
    /// The failover engine acts by itself, for these reasons; durable before its operation starts.
    case decided(FailoverRequest, ledger: [FailoverCondition])
    /// Whose database takes writes, when first seen and when it changes: a host that starts while it is down must know.
    case primarySeen(CloudID)
    /// Something an operator or the host did that is no operation.
    case noted(String)
  }

  /// Grows by one from 1.
  public var sequence: Int64
  public var at: Timestamp
  public var operation: OperationID?
  /// `kit@ops1`.
  public var actor: String
  public var kind: Kind
  /// SHA-256 over this entry and `previousHash`, in hexadecimal.
  public var hash: String
  public var previousHash: String

  public init(
    sequence: Int64, at: Timestamp, operation: OperationID?, actor: String, kind: Kind, hash: String,
    previousHash: String
  ) {
    self.sequence = sequence
    self.at = at
    self.operation = operation
    self.actor = actor
    self.kind = kind
    self.hash = hash
    self.previousHash = previousHash
  }

  /// An entry before the journal has given it its place in the chain.
  public struct Draft: Sendable, Equatable {
    public var at: Timestamp
    public var operation: OperationID?
    public var actor: String
    public var kind: Kind

    public init(at: Timestamp, operation: OperationID?, actor: String, kind: Kind) {
      self.at = at
      self.operation = operation
      self.actor = actor
      self.kind = kind
    }
  }
}
