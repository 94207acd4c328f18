/// A plan being executed, or that was.
public struct OperationSnapshot: Sendable, Equatable, Codable, Identifiable {
  public enum State: String, Sendable, Codable {
    /// `superseded`: only watching was left when a newer operation began. `aborted`: a person ended it, and what could
    /// be taken back was.
    case running, done, failed, superseded, aborted

    public var isFinal: Bool { self != .running }
  }

  public struct Step: Sendable, Equatable, Codable {
    /// `compensating`, `compensated`: it was done, and is being taken back, or has been.
    public enum State: String, Sendable, Codable {
      case pending, running, done, failed, skipped, compensating, compensated
    }

    public var title: String
    /// Whether it changes anything outside this program.
    public var mutates: Bool
    public var state: State
    public var startedAt: Timestamp?
    public var endedAt: Timestamp?
    /// Progress or outcome for a person: `answers 69/31 in 412 samples`.
    public var detail: String
    /// Past it, going back is a plan of its own; nil where a host of another version made the snapshot.
    public var isPointOfNoReturn: Bool?

    public init(
      title: String, mutates: Bool, state: State, startedAt: Timestamp? = nil, endedAt: Timestamp? = nil,
      detail: String = "", isPointOfNoReturn: Bool? = nil
    ) {
      self.title = title
      self.mutates = mutates
      self.state = state
      self.startedAt = startedAt
      self.endedAt = endedAt
      self.detail = detail
      self.isPointOfNoReturn = isPointOfNoReturn
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
  /// Why it failed or was aborted, and then what stands of it and what was taken back.
  public var failure: String?
  /// Nothing more begins until a person resumes it.
  public var isPaused = false
  /// What it was asked for; nil where a host of another version made the snapshot.
  public var request: LeverRequest?

  public init(
    id: OperationID, title: String, kind: Plan.Kind, state: State, actor: String, startedAt: Timestamp,
    steps: [Step], overridden: [InterlockName] = [], canUndo: Bool = false, link: LinkID? = nil,
    request: LeverRequest? = nil
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
    self.request = request
  }

  /// Whether it still changes what `plan` would change.
  public func rivals(_ plan: Plan) -> Bool {
    !state.isFinal && !onlyWatches && reach.overlaps(plan.reach)
  }

  /// What it changes.
  public var reach: PlanReach { PlanReach(kind: kind, link: link, request: request) }

  /// Whether all that is left of it is watching, so that a newer operation may begin.
  public var onlyWatches: Bool {
    steps.allSatisfy { !$0.mutates || $0.state == .done }
  }
}
