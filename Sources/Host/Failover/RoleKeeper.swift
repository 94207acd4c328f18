import FailoverEngine
import Operations

/// Looks at what each database says of its role, and, while this host moves the levers, keeps the primary's right to
/// write from ending and the secondaries' memory of that right up to date.
actor RoleKeeper {
  private let roles: [CloudID: any RoleControl]
  private let policy: FailoverPolicy
  private let clock: any Clock<Duration>
  private let wallClock: any WallClock
  /// Why this host may not change anything now; nil while it may.
  private let refusal: @Sendable () async -> String?
  private let fault: @Sendable (_ message: String?, _ subject: String) async -> Void
  private let startedAt: Timestamp
  private var seen: [CloudID: Observation<DatabaseRole>] = [:]
  /// On this host's clock, the latest instant at which each lease can end.
  private var ends: [CloudID: Timestamp] = [:]
  /// Databases that are being failed over: nothing renews their lease.
  private var halted: Set<CloudID> = []
  private var prepared: Set<CloudID> = []
  /// What the secondaries were told last.
  private var toldRights: [TableRight] = []

  static let lookInterval: Duration = .seconds(1)
  private static let rightsInterval: Duration = .seconds(5)
  private static let staleAfter: Duration = .seconds(5)

  init(
    roles: [CloudID: any RoleControl], policy: FailoverPolicy, clock: any Clock<Duration>, wallClock: any WallClock,
    refusal: @escaping @Sendable () async -> String?,
    fault: @escaping @Sendable (_ message: String?, _ subject: String) async -> Void
  ) {
    self.roles = roles
    self.policy = policy
    self.clock = clock
    self.wallClock = wallClock
    self.refusal = refusal
    self.fault = fault
    startedAt = wallClock.now()
  }

  /// Until cancelled; a database that hangs delays its own look and nothing else.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      for (cloud, role) in roles {
        group.addTask { await self.repeating(every: Self.lookInterval) { await self.look(at: cloud, role) } }
        if policy.fencing == .lease {
          group.addTask { await self.repeating(every: self.policy.leaseRenewal) { await self.renew(cloud, role) } }
        }
      }
      group.addTask { await self.repeating(every: Self.rightsInterval) { await self.tellRights() } }
    }
  }

  func views(at now: Timestamp) -> [FailoverSnapshot.RoleView] {
    seen.sorted { $0.key < $1.key }.map { FailoverSnapshot.RoleView(cloud: $0.key, role: $0.value) }
  }

  /// See ``RoleSight/leaseEnd``. From now on nothing renews it, until ``goOn()``.
  func leaseEnd(of cloud: CloudID) -> Timestamp? {
    halted.insert(cloud)
    if let end = ends[cloud] { return end }
    return policy.fencing == .lease ? startedAt + policy.leaseDuration : nil
  }

  /// No failover is under way any more.
  func goOn() { halted = [] }

  /// Lets the right to write stand without this host, which ends in good order. Whoever takes over renews it again.
  func release() async {
    guard policy.fencing == .lease, await refusal() == nil else { return }
    for (cloud, role) in roles {
      guard let standing = seen[cloud]?.value, standing.standing == .primary, standing.leaseExpiresAt != nil else {
        continue
      }
      try? await role.releaseLease(generation: standing.generation)
    }
  }

  private func repeating(every interval: Duration, _ body: () async -> Void) async {
    while !Task.isCancelled {
      await body()
      try? await clock.sleep(for: interval)
    }
  }

  private func look(at cloud: CloudID, _ role: any RoleControl) async {
    let asked = wallClock.now()
    do {
      if !prepared.contains(cloud), await refusal() == nil {
        try await role.prepare()
        prepared.insert(cloud)
      }
      let found = try await role.read()
      seen[cloud] = Observation(found, source: role.name, observedAt: asked, staleAfter: Self.staleAfter)
      if let expires = found.leaseExpiresAt {
        // What its clock tells was so between the question and now.
        raise(cloud, to: wallClock.now() + (expires - found.clock))
      } else {
        ends[cloud] = nil
      }
      await fault(nil, role.name)
    } catch is CancellationError {
      return
    } catch {
      await fault("\(error)", role.name)
    }
  }

  private func renew(_ cloud: CloudID, _ role: any RoleControl) async {
    // One that was failed over from and comes back still takes itself for the primary; it must not get its right back.
    let newest = seen.values.map(\.value).filter { $0.standing == .primary }.map(\.generation).max() ?? Generation(0)
    guard !halted.contains(cloud), let standing = seen[cloud]?.fresh(at: wallClock.now()),
      standing.generation >= newest,
      standing.standing == .primary || (standing.standing == .unclaimed && standing.takesWrites),
      await refusal() == nil, !halted.contains(cloud)
    else { return }
    do {
      // Nothing has been asked for before the database has told its clock.
      let clock = try await role.read().clock
      guard !halted.contains(cloud) else { return }
      // However late the renewal comes, and whether it is answered or not, it gives no more than this.
      raise(cloud, to: wallClock.now() + policy.leaseDuration)
      _ = try await role.renewLease(
        generation: max(standing.generation, Generation(1)), until: clock + policy.leaseDuration)
      await fault(nil, "lease of \(role.name)")
    } catch {
      guard !Task.isCancelled else { return }
      await fault("\(error)", "lease of \(role.name)")
    }
  }

  private func raise(_ cloud: CloudID, to end: Timestamp) { ends[cloud] = max(ends[cloud] ?? end, end) }

  /// A secondary has to know what the application may do at the primary, for the day when the primary cannot be asked.
  private func tellRights() async {
    let primaries = seen.filter { $0.value.value.takesWrites && !$0.value.isStale(at: wallClock.now()) }
    guard primaries.count == 1, let primary = primaries.first?.key, let source = roles[primary],
      await refusal() == nil, let rights = try? await source.rights(), !rights.isEmpty, rights != toldRights
    else { return }
    do {
      for (cloud, role) in roles where cloud != primary { try await role.remember(rights) }
      toldRights = rights
    } catch {
      // Tried again at the next turn; that the other side cannot be asked is told by whoever looks at it.
      toldRights = []
    }
  }
}
