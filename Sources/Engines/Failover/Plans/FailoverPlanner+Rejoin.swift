import Operations

/// An old primary becomes a secondary again.
extension FailoverPlanner {
  /// First of all it is fenced. What only it has is exported, whichever way the link goes: one that was never turned since
  /// a failover there and another one back brings changes of the right side, and knows nothing of what was written at
  /// the other meanwhile. Where the link's old slot still holds the log that tells it, that comes before turning the link
  /// round, which drops that slot; there is no way back from there. Then its tables are copied anew: since the failover it
  /// has missed more than a comparison lists.
  func rejoin(_ cloud: CloudID, _ method: RejoinMethod, _ ground: PlanGround) throws -> Draft {
    let cloud = try ground.cloud(cloud).id
    let primary = try self.primary(beside: cloud, ground)
    let link = try ground.requireLink(from: cloud, to: primary)
    guard link.mode == .stream || link.mode == .native else {
      throw link.mode == .snapshot
        ? HostError.noPlan(
          "\(link.id) takes snapshots and is not turned round",
          remedy:
            "exchange source and target in the configuration, then take a snapshot: \(SyncRequest.now(link.id).command)"
        )
        : HostError.noPlan(
          "\(link.id) goes both ways and merges by the later commit, so nothing is to be taken in",
          remedy: "let it run: \(SyncRequest.resume(link.id).command)")
    }
    let title = "Take \(cloud) in again (\(method.rawValue))"
    if link.source == primary, link.state == .streaming, ground.isFenced(cloud), link.lastVerify?.isEqual == true {
      return Draft(title: "\(title): it is a secondary in step already")
    }
    guard ground.isReachable(cloud) else {
      throw HostError.noPlan(
        "\(cloud)'s database does not answer",
        remedy: "bring it back first; signalbox doctor says what it meets with on the way there")
    }
    var steps = [refence(cloud, ground), export(cloud, primary, link, ground)]
    if method == .merge { steps.append(merge(cloud, primary, link, ground)) }
    if link.source == cloud {
      steps.append(turn(link, ground))
    } else if link.state == .paused {
      steps.append(resume(link, ground))
    }
    steps += [copy(link, primary, cloud, ground), verify(link, ground)]
    return Draft(title: title, steps: steps)
  }

  /// The one other database that takes writes, or stands as the primary.
  private func primary(beside cloud: CloudID, _ ground: PlanGround) throws -> CloudID {
    guard ground.snapshot.primary != cloud else {
      throw HostError.noPlan(
        "\(cloud) is the primary; there is nothing to rejoin", remedy: "name a cloud that was the primary before")
    }
    let others = ground.snapshot.clouds.filter { $0.id != cloud && ground.claimsWrites($0) }.map(\.id)
    guard let primary = others.first, others.count == 1 else {
      guard others.isEmpty else { throw PlanGround.bothTakeWrites(others) }
      let successors = ground.snapshot.clouds.map(\.id.rawValue).filter { $0 != cloud.rawValue }
      throw HostError.noPlan(
        "no other database takes writes, so there is no primary that \(cloud) could follow",
        remedy: "bring the primary back, or make one: signalbox failover \(successors.joined(separator: " or "))")
    }
    return primary
  }

  /// Never taken back: two databases that take writes are what a rejoin is to end.
  private func refence(_ cloud: CloudID, _ ground: PlanGround) -> Plan.Step {
    var step = ground.fence(cloud)
    step.compensation = nil
    return step
  }

  private func export(
    _ cloud: CloudID, _ primary: CloudID, _ link: ReplicationLinkSnapshot, _ ground: PlanGround
  ) -> Plan.Step {
    ground.step(
      "export divergence", .role(.exportDivergence(cloud, link: link.id)),
      "what was committed at \(cloud) and never reached \(primary) is in a file beside the journal", seconds: 5)
  }

  private func merge(
    _ cloud: CloudID, _ primary: CloudID, _ link: ReplicationLinkSnapshot, _ ground: PlanGround
  ) -> Plan.Step {
    ground.step(
      "merge divergence", .role(.mergeDivergence(cloud, link: link.id)),
      "rows that only \(cloud) has are written at \(primary); of two versions of a row \(primary)'s stays", seconds: 5)
  }

  private func turn(_ link: ReplicationLinkSnapshot, _ ground: PlanGround) -> Plan.Step {
    ground.step(
      "reverse \(link.id)", .sync(.reverse(link.id, source: link.target)),
      "a slot is made at \(link.target), then the old one dropped, and with it the log of what only \(link.source) has",
      seconds: 3, noReturn: true)
  }

  /// A failover paused it, and nothing is copied by a link that rests.
  private func resume(_ link: ReplicationLinkSnapshot, _ ground: PlanGround) -> Plan.Step {
    ground.step(
      "resume \(link.id)", .sync(.resume(link.id)),
      "changes of \(link.source) go to \(link.target) again, over what only \(link.target) has", seconds: 1,
      noReturn: true)
  }

  private func copy(
    _ link: ReplicationLinkSnapshot, _ primary: CloudID, _ cloud: CloudID, _ ground: PlanGround
  ) -> Plan.Step {
    let bytes = Double(link.tables.reduce(0) { $0 + ($1.bytes ?? 0) })
    let rate = link.baselineBytesPerSecond.flatMap { $0 > 0 ? $0 : nil } ?? settings.copyAllowance
    return Plan.Step(
      title: "copy anew", action: .sync(.baseline(link.id, tables: [])),
      predictedEffect: "the tables at \(cloud) are emptied and copied from \(primary); what differs there is discarded",
      predictedSeconds: max(1, (bytes / rate).rounded(.up)), isPointOfNoReturn: true)
  }

  private func verify(_ link: ReplicationLinkSnapshot, _ ground: PlanGround) -> Plan.Step {
    ground.step(
      "verify rows", .sync(.verify(link.id, tables: [])), "the rows of both sides are compared; nothing is changed",
      seconds: max(1, link.lastVerify?.seconds ?? 5))
  }
}

extension PlanGround {
  /// Whether its database was just seen to stand fenced and to take no writes.
  func isFenced(_ cloud: CloudID) -> Bool {
    guard let role = snapshot.failover?.role(of: cloud)?.fresh(at: now) else { return false }
    return role.standing == .fenced && !role.takesWrites
  }
}
