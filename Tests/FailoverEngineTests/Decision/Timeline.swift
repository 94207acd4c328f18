import Operations
import Simulation

@testable import FailoverEngine

/// A world drawn second by second: each cloud has a row, each second a letter.
///
///     +  healthy for every vantage, database answers
///     x  everything down: no vantage gets an answer, the database is not seen
///     w  the front door is down for every vantage, the database answers
///     d  the front door answers; the database is not seen from here, and its application says so too
///     l  the database is not seen from here alone
///     1  one vantage of four says down
///     n  two vantages of one network say down, the others nothing; the verdict believes them
///     m  two of four vantages, on two networks, say down, the others healthy; the verdict believes the former
///     h  one vantage of four says healthy, the others nothing; the verdict believes it
///     ?  nothing is known
///     .  nothing new is seen
///
/// What the machine made of it is drawn likewise: `-` watching, `s` suspecting, `c` confirmed, `k` countdown,
/// `p` proposing, `A` acting, `a` acted, `o` cut off.
struct Timeline {
  static let aws = CloudID("aws")
  static let azure = CloudID("azure")
  static let start = Timestamp(secondsSinceEpoch: 1_700_000_000)
  static let networks = [("direct", "host"), ("ams-1", "ams"), ("ams-2", "ams"), ("fra", "fra")]

  var machine: FailoverMachine
  var now = Timeline.start
  var clouds: [Cloud]
  /// Whose database takes writes in truth.
  var primary: CloudID? = Timeline.aws
  var weights = Weights([(Timeline.aws, 50), (Timeline.azure, 50)])
  var holdsLease = true
  var journalFault: String?
  var held: [InterlockVerdict] = []
  /// What an execution is answered with; nil begins an operation.
  var refusing: String?
  var lagSeconds = 0.2
  /// Nil for a link that is not there.
  var link: ReplicationLinkSnapshot?
  var leaseSeconds: Double? = 3
  var operations: [OperationSnapshot] = []
  var operationSeconds = 2
  /// What the journal tells when asked; nil answers never.
  var journalled: FailoverMemory? = FailoverMemory()
  private(set) var executed: [(second: Int, request: FailoverRequest)] = []
  private(set) var proposed: [FailoverRequest] = []
  private(set) var notes: [String] = []
  private(set) var remembered: [JournalEntry.Kind] = []
  var roles: [CloudID: Observation<DatabaseRole>] = [:]

  struct Cloud {
    var snapshot: CloudSnapshot
    var letter: Character = "+"
  }

  init(_ policy: FailoverPolicy = Timeline.automatic()) {
    machine = FailoverMachine(policy: policy, at: Timeline.start)
    clouds = [Timeline.aws, Timeline.azure].map { id in
      let unknown = HealthVerdict(health: .unknown, reasons: ["no probe yet"], since: Timeline.start)
      return Cloud(snapshot: CloudSnapshot(id: id, region: "r", verdict: Timeline.seen(unknown, Timeline.start)))
    }
    link = ReplicationLinkSnapshot(
      id: LinkID("aws-azure"), mode: .stream, source: Timeline.aws, target: Timeline.azure, state: .streaming,
      since: Timeline.start)
  }

  static func automatic(_ change: (inout FailoverPolicy) -> Void = { _ in }) -> FailoverPolicy {
    var policy = FailoverPolicy()
    policy.automation = .automatic
    policy.fencing = .lease
    policy.countdown = .zero
    change(&policy)
    return policy
  }

  var second: Int { Int((now - Timeline.start).components.seconds) }

  var requests: [FailoverRequest] { executed.map(\.request) }

  /// Draws what becomes of the rows, one letter a second.
  mutating func run(aws: String, azure: String) -> String {
    var picture = ""
    for (left, right) in zip(aws, azure) {
      step([left, right])
      picture.append(Timeline.letter(machine.phase))
    }
    return picture
  }

  mutating func step(_ letters: [Character]) {
    now = now + .seconds(1)
    for index in clouds.indices { observe(letters[index], at: index) }
    advance()
    feed(.snapshot(snapshot()))
  }

  /// Hands an event in, and answers whatever comes of it, as an engine would.
  mutating func feed(_ event: FailoverMachine.Event) {
    if case .changed(let change, let actor) = event { journalled?.apply(change, by: actor) }
    var waiting = machine.handle(event, at: now)
    while !waiting.isEmpty {
      switch waiting.removeFirst() {
      case .recall: if let journalled { waiting += machine.handle(.recalled(journalled), at: now) }
      case .remember(let kind):
        remembered.append(kind)
        if case .primarySeen(let cloud) = kind { journalled?.primary = cloud }
      case .note(let text, _): notes.append(text)
      case .propose(let request):
        proposed.append(request)
        waiting += machine.handle(.planned(request, held: held), at: now)
      case .execute(let request, _):
        executed.append((second, request))
        if let refusing {
          waiting += machine.handle(.refused(request, refusing), at: now)
        } else {
          journalled?.did(request, at: now, subject: nil)
          waiting += machine.handle(.started(request, begin(request)), at: now)
        }
      }
    }
  }

  mutating func begin(_ request: FailoverRequest, by actor: String = FailoverMemory.automatic) -> OperationID {
    let id = OperationID("f-\(operations.count)")
    operations.insert(
      OperationSnapshot(
        id: id, title: request.phrase, kind: .failover, state: .running, actor: actor, startedAt: now,
        steps: [.init(title: request.phrase, mutates: true, state: .running, startedAt: now)]), at: 0)
    running = request
    return id
  }

  private var running: FailoverRequest?

  private mutating func advance() {
    guard let request = running, let first = operations.first, now >= first.startedAt + .seconds(operationSeconds)
    else { return }
    running = nil
    operations[0].state = .done
    operations[0].endedAt = now
    operations[0].steps[0].state = .done
    operations[0].steps[0].endedAt = now
    switch request {
    case .failover(let target), .switchover(let target), .failback(let target):
      if let old = primary { weights = weights.moved(from: old, to: [target]) ?? weights }
      primary = target
      link?.source = target
      link?.target = target == Timeline.aws ? Timeline.azure : Timeline.aws
      link?.lag = nil
    case .shift(let wanted, _): weights = wanted
    case .evacuate, .rejoin: break
    }
  }
}
