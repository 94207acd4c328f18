/// A plan being executed, or that was.
public struct OperationSnapshot: Sendable, Equatable, Codable, Identifiable {
  public enum State: String, Sendable, Codable {
    /// `superseded`: only watching was left when a newer operation began.
    case running, done, failed, superseded

    public var isFinal: Bool { self != .running }
  }

  public struct Step: Sendable, Equatable, Codable {
    public enum State: String, Sendable, Codable { case pending, running, done, failed, skipped }

    public var title: String
    /// Whether it changes anything outside this program.
    public var mutates: Bool
    public var state: State
    public var startedAt: Timestamp?
    public var endedAt: Timestamp?
    /// Progress or outcome for a person: `answers 69/31 in 412 samples`.
    public var detail: String

    public init(
      title: String, mutates: Bool, state: State, startedAt: Timestamp? = nil, endedAt: Timestamp? = nil,
      detail: String = ""
    ) {
      self.title = title
      self.mutates = mutates
      self.state = state
      self.startedAt = startedAt
      self.endedAt = endedAt
      self.detail = detail
    }
  }

  public var id: OperationID
  public var title: String
  public var kind: Plan.Kind
  /// The link that it is about, for one of replication.
  public var link: LinkID?
  public var state: State
  public var actor: String
  public var startedAt: Timestamp
  public var endedAt: Timestamp?
  public var steps: [Step]
  public var overridden: [InterlockName]
  /// Whether `LeverRequest.undo` would make a plan of it.
  public var canUndo: Bool
  /// Why it failed or was aborted.
  public var failure: String?

  public init(
    id: OperationID, title: String, kind: Plan.Kind, state: State, actor: String, startedAt: Timestamp,
    steps: [Step], overridden: [InterlockName] = [], canUndo: Bool = false, link: LinkID? = nil
  ) {
    self.id = id
    self.title = title
    self.kind = kind
    self.state = state
    self.actor = actor
    self.startedAt = startedAt
    self.steps = steps
    self.overridden = overridden
    self.canUndo = canUndo
    self.link = link
  }

  /// Whether it still changes what `plan` would change.
  public func rivals(_ plan: Plan) -> Bool {
    !state.isFinal && !onlyWatches && kind == plan.kind && link == plan.link
  }

  /// Whether all that is left of it is watching, so that a newer operation may begin.
  public var onlyWatches: Bool {
    steps.allSatisfy { !$0.mutates || $0.state == .done }
  }
}
