import Operations

/// How the right to write goes from one host to the next.
extension RoleKeeper {
  /// This host has the controllers' lease now. Asked before anything is decided by it.
  ///
  /// - Parameter word: reads what the host before left with it. Where it cannot be read, everything may have been let
  ///   stand.
  public func inherit(_ word: () async throws -> String?) async {
    guard policy.fencing == .lease else { return }
    let clouds: Set<CloudID>
    do {
      guard let word = try await word() else { return }
      clouds = Self.clouds(in: word)
    } catch {
      clouds = Set(roles.keys)
    }
    letStand = clouds
    inheritances += 1
    leases.forget()
    // Nobody is to judge by an end that is void.
    for (cloud, view) in seen where view.value.leaseExpiresAt != nil {
      var role = view.value
      role.leaseExpiresAt = nil
      seen[cloud] = Observation(role, source: view.source, observedAt: view.observedAt, staleAfter: Self.staleAfter)
    }
  }

  private static func clouds(in word: String) -> Set<CloudID> {
    Set(word.split(separator: " ").map { CloudID(String($0)) })
  }

  /// Lets the right to write stand without this host, which ends in good order. Whoever takes over renews it again. Where
  /// it may not be left word of that, the right ends by itself: somebody might count on the end that it had.
  public func release() async {
    guard policy.fencing == .lease else { return }
    isEnding = true
    // A renewal on its way would lend again what is given back here; it has a time limit of its own.
    while renewing > 0, !Task.isCancelled { try? await clock.sleep(for: .milliseconds(10)) }
    guard await refusal() == nil else { return }
    let lent = await lentRights()
    guard !lent.isEmpty else { return }
    do {
      let all = letStand.union(lent.keys).map(\.rawValue).sorted()
      try await leaveWord(all.joined(separator: " "))
    } catch {
      return await fault("the right to write ends by itself, for no word could be left: \(error)", "write leases")
    }
    await withTaskGroup(of: Void.self) { group in
      for (cloud, generation) in lent {
        guard let role = roles[cloud] else { continue }
        group.addTask { try? await role.releaseLease(generation: generation) }
      }
    }
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

  /// Once every right that was let stand has an end again, or is taken, the next host may count on ends.
  func takeBackWord() async throws {
    guard !letStand.isEmpty, !isEnding, await refusal() == nil else { return }
    let open = letStand.filter { cloud in
      guard roles[cloud] != nil else { return false }
      guard let role = seen[cloud]?.value else { return true }
      return role.standing != .fenced && role.leaseExpiresAt == nil
    }
    guard open.isEmpty else { return }
    let turn = inheritances
    try await leaveWord(nil)
    if turn == inheritances { letStand = [] }
  }
}
