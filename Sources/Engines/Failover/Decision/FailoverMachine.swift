public import Operations

/// From health to decision. Pure: it is told what is seen and what came of its actions, and says what to do next, so
/// that every order of things can be tried.
///
/// It acts by itself only while every condition of its ledger is met at the same instant, judged on observations that
/// are fresh at that instant. Unknown is never down.
public struct FailoverMachine: Sendable, Equatable {
  public enum Event: Sendable, Equatable {
    /// The newest view of the world, with the databases' roles in `failover.roles`.
    case snapshot(Snapshot)
    /// Time has passed.
    case look
    case changed(AutomationChange, actor: String)
    /// What the journal tells of the time before, or why it cannot be read.
    case recalled(FailoverMemory)
    case recallFailed(String)
    /// A plan was made of what was proposed; these interlocks hold it.
    case planned(FailoverRequest, held: [InterlockVerdict])
    /// What was to be executed has begun, or was refused: nothing was done then.
    case started(FailoverRequest, OperationID)
    case refused(FailoverRequest, String)
  }

  public enum Action: Sendable, Equatable {
    /// Read the journal, then answer `recalled` or `recallFailed`.
    case recall
    case remember(JournalEntry.Kind)
    /// Make a plan and change nothing, then answer `planned`.
    case propose(FailoverRequest)
    /// Act: make the ledger durable, execute, then answer `started` or `refused`.
    case execute(FailoverRequest, ledger: [FailoverCondition])
    case note(String, Event.Severity)

    public typealias Event = Operations.Event
  }

  public let policy: FailoverPolicy
  public internal(set) var memory = FailoverMemory()
  var snapshot: Snapshot?
  var clocks: [Concern.Place: DownClock] = [:]
  var roles: [CloudID: Observation<DatabaseRole>] = [:]
  /// When each database was last seen to answer.
  var databaseSeen: [CloudID: Timestamp] = [:]
  var losses = LossEstimator()
  var phase = FailoverSnapshot.State.watching
  var phaseSubject: Concern.Place?
  var since: Timestamp
  var countdown: Countdown?
  /// Where a person has stopped a countdown.
  var stopped: Concern.Place?
  var recall = Recall()
  /// A plan has been asked for, and this came of the last one.
  var asked: FailoverRequest?
  var answer: Answer?
  var refusal: Refusal?
  var own: OwnOperation?

  struct Countdown: Sendable, Equatable {
    var request: FailoverRequest
    var place: Concern.Place
    var endsAt: Timestamp
  }

  struct Answer: Sendable, Equatable {
    var request: FailoverRequest
    var held: [InterlockVerdict]
  }

  struct Refusal: Sendable, Equatable {
    var reason: String
    var attempts: Int
    var until: Timestamp
  }

  /// What is being done by itself; without an operation while it has not begun.
  struct OwnOperation: Sendable, Equatable {
    var request: FailoverRequest
    var place: Concern.Place
    var ledger: [FailoverCondition]
    var at: Timestamp
    var operation: OperationID?
  }

  /// How the journal stands to be read. Without it nothing is known of a pause or of what was done.
  struct Recall: Sendable, Equatable {
    var isNeeded = true
    var isRunning = false
    var fault: String?
    var heldLease = false
    /// What a person said since reading began: it is newer than what was read.
    var changes: [Change] = []

    struct Change: Sendable, Equatable {
      var change: AutomationChange
      var actor: String
    }

    var isDone: Bool { !isNeeded && !isRunning }
  }

  public init(policy: FailoverPolicy, at now: Timestamp) {
    self.policy = policy
    since = now
  }

  public mutating func handle(_ event: Event, at now: Timestamp) -> [Action] {
    var actions = absorb(event, at: now)
    actions += decide(after: event, at: now)
    return actions
  }
}
