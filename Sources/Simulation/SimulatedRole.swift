public import Operations
import Synchronization

/// A controller's way to a ``SimulatedRoleDatabase``.
public struct SimulatedRole: RoleControl {
  public let database: SimulatedRoleDatabase
  public let actor: String
  private let clock: any Clock<Duration>

  private typealias State = SimulatedRoleDatabase.State

  init(database: SimulatedRoleDatabase, actor: String, clock: any Clock<Duration>) {
    self.database = database
    self.actor = actor
    self.clock = clock
  }

  public var name: String { "simulated PostgreSQL of \(database.node)" }

  public func prepare() async throws { try await call(changes: true) { state, _ in state.isPrepared = true } }

  public func read() async throws -> DatabaseRole {
    try await call(changes: false) { state, now in
      DatabaseRole(
        standing: state.standing, generation: state.generation,
        takesWrites: SimulatedRoleDatabase.takesWrites(state, at: now),
        leaseExpiresAt: state.standing == .primary ? state.leaseEnd : nil, clock: now,
        position: database.log?.position ?? state.position)
    }
  }

  /// As the real one: the rights go first, then the sessions, then the proof; an answer may get lost between.
  public func fence(generation: Generation) async throws -> String {
    try await change(generation, to: .fenced) { state, _ in
      if !state.rights.isEmpty { state.memory = state.rights }
      state.rights = []
      state.isReadOnly = true
      state.leaseEnd = nil
    }
    return try await call(changes: true) { state, now in
      guard state.standing == .fenced, state.generation == generation else {
        throw RoleError.superseded(standing: state.generation)
      }
      state.session += 1
      guard !SimulatedRoleDatabase.takesWrites(state, at: now) else {
        throw RoleError.notProven("\(name) is not fenced: a write was accepted")
      }
      return "INSERT into public.task refused: permission denied (42501)"
    }
  }

  public func promote(generation: Generation) async throws -> String {
    try await change(generation, to: .primary) { state, now in
      guard !state.memory.isEmpty || !state.rights.isEmpty else {
        throw RoleError.refused("nothing is remembered of what the application may do at \(name)")
      }
      if !state.memory.isEmpty { state.rights = state.memory }
      state.isReadOnly = false
      if state.standing != .primary || state.leaseEnd.map({ $0 <= now }) ?? false { state.leaseEnd = nil }
    }
    return "INSERT into public.task accepted"
  }

  public func verifyWritable(generation: Generation) async throws -> String {
    try await change(generation, to: nil) { state, now in
      guard state.standing == .primary else { throw RoleError.refused("\(name) is no primary: promote it first") }
      guard SimulatedRoleDatabase.takesWrites(state, at: now) else {
        throw RoleError.notProven("\(name) takes no writes")
      }
    }
    return "a row was written and read back"
  }

  public func renewLease(generation: Generation, until end: Timestamp) async throws -> Timestamp {
    try await change(generation, to: nil) { state, now in
      guard end > now else { throw RoleError.refused("the lease that was asked for has ended already") }
      switch state.standing {
      case .fenced: throw RoleError.refused("\(name) is fenced and has no lease to renew: promote it first")
      case .unclaimed where !SimulatedRoleDatabase.takesWrites(state, at: now):
        throw RoleError.refused("\(name) takes no writes, and has no lease to renew")
      case .unclaimed, .primary:
        state.standing = .primary
        let ends = max(end, state.leaseEnd ?? end)
        state.leaseEnd = ends
        return ends
      }
    }
  }

  public func releaseLease(generation: Generation) async throws {
    try await change(generation, to: nil) { state, _ in state.leaseEnd = nil }
  }

  public func rights() async throws -> [TableRight] {
    try await call(changes: false) { state, _ in state.rights }
  }

  public func remember(_ rights: [TableRight]) async throws {
    guard rights.contains(where: { !$0.privileges.isEmpty }) else { return }
    try await call(changes: true) { state, _ in state.memory = rights.sorted() }
  }

  // MARK: - Calls

  private func change<Value: Sendable>(
    _ generation: Generation, to wanted: DatabaseRole.Standing?,
    _ body: @Sendable (inout State, Timestamp) throws -> Value
  ) async throws -> Value {
    try await call(changes: true) { state, now in
      guard state.generation <= generation else { throw RoleError.superseded(standing: state.generation) }
      let isRival =
        state.generation == generation && state.standing != .unclaimed && state.actor != actor
        && wanted.map { $0 != state.standing } ?? false
      guard !isRival else { throw RoleError.superseded(standing: state.generation) }
      let value = try body(&state, now)
      let standing = wanted ?? state.standing
      if standing != state.standing || state.generation != generation { state.actor = actor }
      state.standing = standing
      state.generation = generation
      return value
    }
  }

  /// One call, with what may happen to it on the way there and back.
  private func call<Value: Sendable>(
    changes: Bool, _ body: @Sendable (inout State, Timestamp) throws -> Value
  ) async throws -> Value {
    try await delay()
    let now = database.now
    let unreachable = RoleError.unreachable("\(name): no answer in the time allowed")
    let (value, isLost) = try database.state.withLock { state in
      let chances = state.chances
      if state.fault == .unreachable || state.fault == .down || state.generator.hits(chances.unreachable) {
        throw unreachable
      }
      // A transaction: what throws has changed nothing.
      var changed = state
      let value = try body(&changed, now)
      state = changed
      return (value, changes && (state.fault == .losesAnswers || state.generator.hits(chances.lostAnswer)))
    }
    if isLost { throw unreachable }
    try await delay()
    return value
  }

  private func delay() async throws {
    let wait = database.state.withLock { state -> Duration in
      guard state.generator.hits(state.chances.slow) else { return .zero }
      return state.chances.slowness * Double.random(in: 0...1, using: &state.generator)
    }
    if wait > .zero { try await clock.sleep(for: wait) }
  }
}

extension SeededGenerator {
  fileprivate mutating func hits(_ chance: Double) -> Bool {
    chance > 0 && Double.random(in: 0..<1, using: &self) < chance
  }
}
