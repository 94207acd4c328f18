public import Operations

/// How the right to write goes from one host to the next.
///
/// The word that a host leaves with the controllers' lease names the clouds whose right is known to end by itself. A
/// cloud is named after its database has agreed to an end, and not any more before that end is lifted. So whoever comes
/// next may count on the end of a database that cannot be asked, and on none that was lifted.
extension RoleKeeper {
  /// An old primary that is to be fenced for the sake of a newer one.
  struct Outlived {
    /// The newer one's.
    var generation: Generation
    /// By a proof.
    var isFenced = false
  }

  /// This host has the controllers' lease now. Asked before anything is decided by it.
  ///
  /// - Parameter word: reads what the host before left with it. Where it cannot be read, nothing is counted on.
  public func inherit(_ word: () async throws -> String?) async {
    guard policy.fencing == .lease else { return }
    let armed: Set<CloudID>?
    do {
      armed = Set((try await word() ?? "").split(separator: " ").map { CloudID(String($0)) })
    } catch {
      armed = nil
    }
    told = armed
    inheritances += 1
    leases.inherit(Array(roles.keys), armed: armed ?? [], at: wallClock.now())
    for cloud in roles.keys where armed?.contains(cloud) != true { forgetEnd(of: cloud) }
  }

  /// The end of a cloud's right will be lifted: what was asked of it before says nothing any more.
  ///
  /// - Throws: where the word that names it could not be taken back; it must stay as it is then.
  public func willPromote(_ cloud: CloudID) async throws {
    guard policy.fencing == .lease else { return }
    inheritances += 1
    leases.lift(cloud)
    forgetEnd(of: cloud)
    try await tell { $0.subtracting([cloud]) }
  }

  /// Lets the right to write stand without this host, which ends in good order. Whoever takes over renews it again. Where
  /// the word that it ends cannot be taken back, it ends by itself: somebody might count on that.
  public func release() async {
    guard policy.fencing == .lease else { return }
    isEnding = true
    // A renewal on its way would lend again what is given back here; it has a time limit of its own.
    while renewing > 0, !Task.isCancelled { await turn() }
    guard await refusal() == nil else { return }
    let lent = await lentRights()
    do {
      try await tell { $0.subtracting(lent.keys) }
    } catch {
      return await fault("the right to write ends by itself, for its end is counted on: \(error)", "write leases")
    }
    await withTaskGroup(of: Void.self) { group in
      for (cloud, generation) in lent {
        guard let role = roles[cloud] else { continue }
        group.addTask { try? await role.releaseLease(generation: generation) }
      }
    }
  }

  /// An old primary that could not be reached when another was promoted, and whose lease has ended, is fenced as soon as
  /// it can be: it takes no writes, but whoever looks for a server to write at would go on finding it, and be refused.
  /// Which of two that take writes is to stay, a person decides.
  func fenceOutlived(_ cloud: CloudID, _ role: any RoleControl, _ found: DatabaseRole) async throws {
    let isOutlived = found.standing == .primary && !found.takesWrites
    // A fence is kept before it is proven: one that was not is made again.
    let isUnproven = found.standing == .fenced && outlived[cloud]?.isFenced == false
    guard isOutlived || isUnproven, let heir = heir(of: cloud, found), await refusal() == nil else { return }
    if outlived[cloud]?.generation != heir.generation {
      try await note("\(cloud) is fenced: \(heir.cloud) is the primary since generation \(heir.generation)")
      outlived[cloud] = Outlived(generation: heir.generation)
    }
    _ = try await role.fence(generation: heir.generation)
    outlived[cloud]?.isFenced = true
  }

  private func heir(of cloud: CloudID, _ found: DatabaseRole) -> (cloud: CloudID, generation: Generation)? {
    let now = wallClock.now()
    return seen.compactMap { other, view in
      guard other != cloud, let role = view.fresh(at: now), role.standing == .primary, role.takesWrites,
        found.generation < role.generation
          || (found.standing == .fenced && found.generation == role.generation)
      else { return nil }
      return (other, role.generation)
    }.max { $0.generation < $1.generation }
  }

  /// The rights that stand with an end now, with their generations.
  private func lentRights() async -> [CloudID: Generation] {
    let halted = leases.halted
    return await withTaskGroup(of: (CloudID, Generation)?.self) { group in
      for (cloud, role) in roles.sorted(by: { $0.key < $1.key }) where !halted.contains(cloud) {
        group.addTask {
          guard let standing = try? await role.read(), standing.standing == .primary,
            let end = standing.leaseExpiresAt, end > standing.clock
          else { return nil }
          return (cloud, standing.generation)
        }
      }
      var found: [CloudID: Generation] = [:]
      for await lent in group {
        if let (cloud, generation) = lent { found[cloud] = generation }
      }
      return found
    }
  }

  /// Leaves word of the ends that are known by now.
  func tellEnds() async throws {
    guard policy.fencing == .lease, !isTelling, !isEnding, await refusal() == nil else { return }
    try await tell { told in isEnding ? told : leases.armed }
  }

  /// One at a time, so that what is taken back is not told again by one that began before; what is to be told is worked
  /// out when its turn has come.
  private func tell(_ change: (Set<CloudID>) -> Set<CloudID>) async throws {
    while isTelling {
      try Task.checkCancellation()
      await turn()
    }
    let wanted = change(told ?? leases.armed)
    guard wanted != told else { return }
    isTelling = true
    defer { isTelling = false }
    told = nil
    try await leaveWord(wanted.isEmpty ? nil : wanted.map(\.rawValue).sorted().joined(separator: " "))
    told = wanted
  }

  /// Nobody is to judge by an end that may be void.
  private func forgetEnd(of cloud: CloudID) {
    guard let view = seen[cloud], view.value.leaseExpiresAt != nil else { return }
    var role = view.value
    role.leaseExpiresAt = nil
    seen[cloud] = Observation(role, source: view.source, observedAt: view.observedAt, staleAfter: Self.staleAfter)
  }
}
