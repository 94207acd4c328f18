import Operations

/// What plans are made from: the snapshot, asked the questions that plans ask.
struct PlanGround: Sendable {
  let snapshot: Snapshot
  let settings: FailoverPlanSettings
  let now: Timestamp

  /// Under which everything of the plan is done.
  var generation: Generation { snapshot.generation.next }

  func cloud(_ id: CloudID) throws -> CloudSnapshot {
    if let cloud = snapshot.cloud(id) { return cloud }
    let names = snapshot.clouds.map(\.id.rawValue)
    let hint = NearestMatch.of(id.rawValue, among: names).map { "did you mean \($0)?" }
    throw HostError.invalidRequest(
      "there is no cloud \(id); \(hint ?? "there are: \(names.joined(separator: ", "))")")
  }

  func standingWeights() throws -> Weights {
    guard let standing = snapshot.recordSet.configured?.value else {
      throw HostError.noPlan(
        "the weights that stand now are not known: \(snapshot.recordSet.provider) has not answered yet",
        remedy: "let its API answer; signalbox doctor says what it meets with on the way there")
    }
    return standing
  }

  /// The primary, for what starts from one that can be asked and goes to `target`.
  func primary(before target: CloudID) throws -> CloudID {
    if let primary = snapshot.primary { return primary }
    let claims = snapshot.clouds.filter { claimsWrites($0) }.map(\.id)
    guard claims.count < 2 else { throw Self.bothTakeWrites(claims) }
    throw HostError.noPlan(
      "no database is known to take writes now, and this starts from a primary that can be asked",
      remedy: "bring the primary back; where it is lost: signalbox failover \(target)")
  }

  func claimsWrites(_ cloud: CloudSnapshot) -> Bool {
    guard let database = cloud.database?.fresh(at: now) else { return false }
    return database.role == .primary && database.writable
  }

  /// Whether its database answers. Of a cloud that is down, what it said before says nothing of now, however fresh; nor of
  /// one whose application has told since then that its database is.
  func isReachable(_ cloud: CloudID) -> Bool {
    let database = snapshot.cloud(cloud)?.database.flatMap { $0.isStale(at: now) ? nil : $0.observedAt }
    let role = snapshot.failover?.role(of: cloud).flatMap { $0.isStale(at: now) ? nil : $0.observedAt }
    guard let seen = [database, role].compactMap(\.self).max(), !isToldDown(cloud, since: seen) else {
      return false
    }
    guard let verdict = snapshot.cloud(cloud)?.verdict, verdict.fresh(at: now)?.health == .down else { return true }
    return seen > verdict.value.since
  }

  /// Whether a quorum of vantages came to be told so since then. Words come more often than looks: one that was told
  /// before the look, and is told still, says less than a look that was answered.
  private func isToldDown(_ cloud: CloudID, since seen: Timestamp) -> Bool {
    let told = (snapshot.cloud(cloud)?.vantages ?? []).filter { vantage in
      guard let word = vantage.database, word.value.since ?? word.observedAt > seen else { return false }
      return word.fresh(at: now)?.health == .down
    }
    return told.count >= max(1, settings.quorumVantages)
      && Set(told.map(\.network)).count >= settings.quorumNetworks
  }

  /// Whether it serves, as far as is known.
  func isDown(_ cloud: CloudID) -> Bool { snapshot.cloud(cloud)?.verdict.value.health == .down }

  /// The link that brings changes of `source` to `target`; where none does, the one that goes the other way.
  func link(from source: CloudID, to target: CloudID) -> ReplicationLinkSnapshot? {
    snapshot.replication.first { $0.source == source && $0.target == target }
      ?? snapshot.replication.first { $0.source == target && $0.target == source }
  }

  func requireLink(from source: CloudID, to target: CloudID) throws -> ReplicationLinkSnapshot {
    guard let link = link(from: source, to: target) else {
      throw HostError.noPlan(
        "no replication link joins \(source) and \(target), so \(target) does not have \(source)'s rows",
        remedy: Self.addLink)
    }
    return link
  }

  /// When the lease that its database was last seen to have ends, on this host's clock, with the margin; nil where none
  /// was armed or leases are not relied on.
  func leaseEnd(of cloud: CloudID) -> Timestamp? {
    guard settings.fencing == .lease, let seen = snapshot.failover?.role(of: cloud),
      let end = seen.value.leaseExpiresAt
    else { return nil }
    return seen.observedAt + (end - seen.value.clock) + settings.leaseMargin
  }

  /// What a step of this title took when it was last done, the slowest of the operations that are remembered.
  func seconds(of title: String) -> Double? {
    snapshot.operations.filter { $0.kind != .replication }.flatMap(\.steps)
      .compactMap { step in
        guard step.title == title, step.state == .done, let startedAt = step.startedAt, let endedAt = step.endedAt
        else { return nil }
        return max(0, (endedAt - startedAt).inSeconds)
      }.max()
  }
}

/// What several plans meet with.
extension PlanGround {
  static let addLink = "add a link between them under replication: in the configuration, and start the host anew"

  static func isPrimaryAlready(_ cloud: CloudID) -> HostError {
    .noPlan("\(cloud) is the primary already", remedy: "nothing is to be done; to move it away, name another cloud")
  }

  static func bothTakeWrites(_ clouds: [CloudID]) -> HostError {
    .noPlan(
      "\(clouds.map(\.rawValue).joined(separator: " and ")) both take writes",
      remedy: "take in again the one whose writes are not to stay: "
        + clouds.map { "signalbox rejoin \($0)" }.joined(separator: " or "))
  }
}
