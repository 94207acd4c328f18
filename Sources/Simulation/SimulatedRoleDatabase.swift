public import Operations
import Synchronization

/// A database that knows whether it may take the application's writes, with a clock and faults of its own. Controllers
/// act on it through ``SimulatedRole``, the application through ``begin()`` and ``write()``.
public final class SimulatedRoleDatabase: Sendable {
  public enum Fault: Sendable, Equatable {
    /// Nobody gets an answer, and nothing has an effect. The application gets on with it all the same: it is the
    /// controllers that are cut off.
    case unreachable
    /// Changes take effect, and their answers get lost.
    case losesAnswers
    /// Accepts a fence and goes on taking writes.
    case leaks
    /// Neither controllers nor the application get anywhere.
    case down
  }

  /// How likely each call of a controller is to fare badly, 0 to 1.
  public struct Chances: Sendable, Equatable {
    public var unreachable = 0.0
    public var lostAnswer = 0.0
    public var slow = 0.0
    /// At most so long, each time.
    public var slowness = Duration.seconds(2)

    public init() {}
  }

  /// A session's transaction as the application has it open.
  public struct Transaction: Sendable {
    let session: Int
  }

  struct State: Sendable {
    var standing = DatabaseRole.Standing.unclaimed
    var generation = Generation(0)
    var actor = ""
    var rights: [TableRight]
    var memory: [TableRight] = []
    var isReadOnly: Bool
    var leaseEnd: Timestamp?
    var position = LSN(0x100)
    /// Grows when the sessions there are end.
    var session = 0
    var fault: Fault?
    var chances = Chances()
    var skew: Duration
    var generator: SeededGenerator
    var writes: [Timestamp] = []
    var isPrepared = false
  }

  public let node: CloudID
  /// Where its rows are, if anywhere; its log's end is told then.
  public let log: SimulatedDatabase?
  let state: Mutex<State>
  private let clock: any WallClock

  /// - Parameters:
  ///   - rights: what the application role may do, and would get back.
  ///   - isFenced: whether somebody has taken them away by hand: nothing is remembered of them.
  ///   - skew: of the database's clock against `clock`.
  public init(
    _ node: CloudID, rights: [TableRight], isFenced: Bool = false, log: SimulatedDatabase? = nil,
    clock: any WallClock, skew: Duration = .zero, seed: UInt64 = 1
  ) {
    self.node = node
    self.log = log
    self.clock = clock
    state = Mutex(
      State(
        rights: isFenced ? [] : rights, isReadOnly: isFenced, skew: skew, generator: SeededGenerator(seed: seed)))
  }

  public func controller(_ actor: String, clock: any Clock<Duration>) -> SimulatedRole {
    SimulatedRole(database: self, actor: actor, clock: clock)
  }

  public func inject(_ fault: Fault?) { state.withLock { $0.fault = fault } }

  public func misbehave(_ chances: Chances) { state.withLock { $0.chances = chances } }

  public func setSkew(_ skew: Duration) { state.withLock { $0.skew = skew } }

  /// The database's own clock.
  public var now: Timestamp { clock.now() + state.withLock { $0.skew } }

  /// As somebody would by hand.
  public func takeRightsByHand() {
    state.withLock { state in
      state.rights = []
      state.isReadOnly = true
    }
  }

  // MARK: - The application

  /// Whether a write would be taken at this instant, whatever anybody believes.
  public var takesWrites: Bool {
    let now = now
    return state.withLock { Self.takesWrites($0, at: now) }
  }

  /// When writes were committed, on the clock that all share.
  public var writes: [Timestamp] { state.withLock { $0.writes } }

  public var standing: (standing: DatabaseRole.Standing, generation: Generation) {
    state.withLock { ($0.standing, $0.generation) }
  }

  /// Begins a transaction and writes in it; nil when the write is refused.
  public func begin() -> Transaction? {
    let now = now
    return state.withLock { Self.takesWrites($0, at: now) ? Transaction(session: $0.session) : nil }
  }

  /// - Returns: whether it was committed: the session is there still, and no lease has ended meanwhile.
  public func commit(_ transaction: Transaction) -> Bool {
    let (now, instant) = (now, clock.now())
    return state.withLock { state in
      guard state.fault != .down, transaction.session == state.session || state.fault == .leaks,
        !(state.leaseEnd.map { $0 <= now } ?? false)
      else { return false }
      state.position = LSN(state.position.rawValue + 64)
      state.writes.append(instant)
      return true
    }
  }

  /// One write by itself.
  ///
  /// - Returns: whether it was taken.
  @discardableResult
  public func write() -> Bool { begin().map(commit) ?? false }

  static func takesWrites(_ state: State, at now: Timestamp) -> Bool {
    if state.fault == .down { return false }
    if state.fault == .leaks, state.standing == .fenced { return true }
    return !state.rights.isEmpty && !state.isReadOnly && !(state.leaseEnd.map { $0 <= now } ?? false)
  }
}
