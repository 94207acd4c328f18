public import Operations

/// Looks at what each database says of its role, and, while this host moves the levers, keeps the primary's right to
/// write from ending and the secondaries' memory of that right up to date.
public actor RoleKeeper {
  let roles: [CloudID: any RoleControl]
  let policy: FailoverPolicy
  let wallClock: any WallClock
  /// Why this host may not change anything now; nil while it may.
  let refusal: @Sendable () async -> String?
  let note: @Sendable (_ message: String) async throws -> Void
  /// Leaves a word for whoever holds the controllers' lease next; nil takes it back.
  let leaveWord: @Sendable (_ word: String?) async throws -> Void
  let clock: any Clock<Duration>
  let fault: @Sendable (_ message: String?, _ subject: String) async -> Void
  private let isMoving: @Sendable () async -> Bool
  private let issued: @Sendable () async -> Generation
  var seen: [CloudID: Observation<DatabaseRole>] = [:]
  var leases: WriteLeases
  private var prepared: Set<CloudID> = []
  /// The right to write is to stand without this host: nothing is lent any more.
  var isEnding = false
  /// Renewals that were sent and not answered yet.
  private(set) var renewing = 0 { didSet { wake() } }
  /// The clouds that the word names which stands with the controllers' lease; nil where that is not known.
  var told: Set<CloudID>?
  /// The word is being changed.
  var isTelling = false { didSet { wake() } }
  /// Who waits for one of these two to change.
  private var waiting: [CheckedContinuation<Void, Never>] = []
  /// How often what was known of the rights' ends became void.
  var inheritances = 0
  var outlived: [CloudID: Outlived] = [:]
  /// What the secondaries were told last.
  private var toldRights: [TableRight] = []

  public static let lookInterval: Duration = .seconds(1)
  private static let rightsInterval: Duration = .seconds(5)
  static let staleAfter: Duration = .seconds(5)

  /// - Parameters:
  ///   - refusal: why this host may not change anything now; nil while it may.
  ///   - isMoving: whether an operation that moves the right to write is under way here.
  ///   - issued: the highest generation that anything outside the databases stands at: plans are numbered after it.
  ///   - leaveWord: leaves a word for whoever holds the controllers' lease next, durably; nil takes it back.
  ///   - note: puts into the journal what is about to be done that is no operation.
  public init(
    roles: [CloudID: any RoleControl], policy: FailoverPolicy, clock: any Clock<Duration>, wallClock: any WallClock,
    refusal: @escaping @Sendable () async -> String?, isMoving: @escaping @Sendable () async -> Bool,
    issued: @escaping @Sendable () async -> Generation,
    note: @escaping @Sendable (_ message: String) async throws -> Void,
    leaveWord: @escaping @Sendable (_ word: String?) async throws -> Void,
    fault: @escaping @Sendable (_ message: String?, _ subject: String) async -> Void
  ) {
    self.roles = roles
    self.policy = policy
    self.clock = clock
    self.wallClock = wallClock
    self.refusal = refusal
    self.isMoving = isMoving
    self.issued = issued
    self.note = note
    self.leaveWord = leaveWord
    self.fault = fault
    leases = WriteLeases(duration: policy.leaseDuration)
  }

  /// Until cancelled; a database that hangs delays its own look and nothing else.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      for (cloud, role) in roles.sorted(by: { $0.key < $1.key }) {
        group.addTask { await self.repeating(every: Self.lookInterval) { await self.look(at: cloud, role) } }
        if policy.fencing == .lease {
          group.addTask { await self.repeating(every: self.policy.leaseRenewal) { await self.renew(cloud, role) } }
        }
      }
      group.addTask { await self.repeating(every: Self.rightsInterval) { await self.tellRights() } }
    }
  }

  public func views(at now: Timestamp) -> [FailoverSnapshot.RoleView] {
    seen.sorted { $0.key < $1.key }.map { FailoverSnapshot.RoleView(cloud: $0.key, role: $0.value) }
  }

  /// See ``RoleSight/leaseEnd``. From now on nothing renews it, until ``goOn()``.
  public func leaseEnd(of cloud: CloudID) -> Timestamp? {
    policy.fencing == .lease ? leases.countOnEnd(of: cloud) : nil
  }

  /// No failover is under way any more.
  public func goOn() { leases.goOn() }

  /// Returns once a renewal or a change of the word has begun or ended, or the task was cancelled.
  func turn() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiting.append($0) }
    } onCancel: {
      Task { await self.wake() }
    }
  }

  private func wake() {
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  private func repeating(every interval: Duration, _ body: () async -> Void) async {
    while !Task.isCancelled {
      await body()
      try? await clock.sleep(for: interval)
    }
  }

  private func look(at cloud: CloudID, _ role: any RoleControl) async {
    do {
      if !prepared.contains(cloud), await refusal() == nil {
        try await role.prepare()
        prepared.insert(cloud)
      }
      let asked = (wallClock.now(), inheritances)
      let found = try await role.read()
      took(found, of: cloud, role, asked: asked)
      try await tellEnds()
      try await fenceOutlived(cloud, role, found)
      await fault(nil, role.name)
    } catch is CancellationError {
      return
    } catch {
      await fault("\(error)", role.name)
    }
  }

  private func took(
    _ found: DatabaseRole, of cloud: CloudID, _ role: any RoleControl, asked: (at: Timestamp, turn: Int)
  ) {
    // It may tell of an end that has been lifted since.
    guard asked.turn == inheritances else { return }
    seen[cloud] = Observation(found, source: role.name, observedAt: asked.at, staleAfter: Self.staleAfter)
    leases.saw(found, of: cloud, answeredAt: wallClock.now())
  }

  private func renew(_ cloud: CloudID, _ role: any RoleControl) async {
    // Nothing is asked of a database that has nothing to renew.
    guard let last = seen[cloud]?.value, last.standing != .fenced, !leases.halted.contains(cloud), !isEnding else {
      return
    }
    do {
      let asked = (wallClock.now(), inheritances)
      let found = try await role.read()
      took(found, of: cloud, role, asked: asked)
      let answered = wallClock.now()
      let moving = await isMoving()
      let highest = seen.values.map(\.value.generation).max() ?? found.generation
      guard var remedy = leases.remedy(for: cloud, found, isMoving: moving, highest: highest),
        await refusal() == nil
      else { return }
      if case .revive(let generation) = remedy { remedy = .prolong(try await claim(generation, for: cloud)) }
      guard case .prolong(let generation) = remedy, !leases.halted.contains(cloud), !isEnding else { return }
      renewing += 1
      defer { renewing -= 1 }
      leases.asks(cloud, answeredAt: answered)
      _ = try await role.renewLease(generation: generation, until: found.clock + policy.leaseDuration)
      leases.agreed(cloud, answeredAt: answered)
      await fault(nil, "lease of \(role.name)")
    } catch is CancellationError {
      return
    } catch {
      await fault("\(error)", "lease of \(role.name)")
    }
  }

  /// Fences every other database under a generation of its own, so that none of them takes an older promotion.
  private func claim(_ least: Generation, for cloud: CloudID) async throws -> Generation {
    // A plan that was held up may have a number far above the databases': each change of the weights raised the next.
    let generation = max(least, await issued().next)
    let others = roles.filter { $0.key != cloud }.sorted { $0.key < $1.key }
    for (other, role) in others {
      let standing = try await role.read()
      // Judged by the databases' own numbers: one that was promoted later is the primary, though its lease has ended too.
      guard standing.standing != .primary || standing.generation < least, !standing.takesWrites else {
        throw HostError.failed("\(other) takes writes, or was promoted later")
      }
    }
    try await note(
      "the lease of \(cloud) had ended; it is given again under generation \(generation), the others being fenced")
    for (_, role) in others { _ = try await role.fence(generation: generation) }
    if await isMoving() { throw HostError.failed("an operation began meanwhile") }
    if let reason = await refusal() { throw HostError.failed(reason) }
    return generation
  }

  /// A secondary has to know what the application may do at the primary, for the day when the primary cannot be asked.
  private func tellRights() async {
    let primaries = seen.filter { $0.value.value.takesWrites && !$0.value.isStale(at: wallClock.now()) }
    guard primaries.count == 1, let primary = primaries.first?.key, let source = roles[primary],
      await refusal() == nil, let rights = try? await source.rights(), !rights.isEmpty, rights != toldRights
    else { return }
    do {
      for (cloud, role) in roles.sorted(by: { $0.key < $1.key }) where cloud != primary {
        try await role.remember(rights)
      }
      toldRights = rights
    } catch {
      // Tried again at the next turn; that the other side cannot be asked is told by whoever looks at it.
      toldRights = []
    }
  }
}
