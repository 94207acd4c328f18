import Operations

/// The right to write moves because the primary cannot go on, with as much of its help as can be had.
extension FailoverPlanner {
  func failover(to target: CloudID, _ ground: PlanGround) throws -> Draft {
    let target = try ground.cloud(target).id
    let old = try oldPrimary(for: target, ground)
    let link = try ground.requireLink(from: old, to: target)
    let standing = try ground.standingWeights()
    let wanted = standing.yielded(by: old, to: target)
    // Where an attempt came as far as turning the link round, it had brought everything before. One that rests was not
    // turned by it: a failover paused it, and what the old primary has taken since was never brought.
    let brings = link.source == old
    let hasBrought = !brings && link.state != .paused && ground.isFenced(old)
    var steps = [fence(old, ground)]
    if brings {
      let runs = link.state == .streaming || link.state == .catchingUp
      if ground.isReachable(old), runs { steps.append(catchUp(link, ground)) }
      steps.append(measureLoss(old, target, ground))
      if link.state != .paused { steps.append(pause(link, ground)) }
      // A primary that answered a moment ago may be gone by now: no step after the fence may need it.
      steps.append(sequencesAlone(link, ground))
    }
    steps += [ground.promote(target), ground.verifyWritable(target)]
    steps += ground.traffic(from: standing, to: wanted)
    return Draft(
      title: "Fail over: \(old) → \(target)", steps: steps,
      loss: hasBrought ? nil : brings ? loss(ground) : PlannedLoss())
  }

  /// The primary; where it is not known whose database takes writes, the other end of the target's link.
  private func oldPrimary(for target: CloudID, _ ground: PlanGround) throws -> CloudID {
    if let primary = ground.snapshot.primary {
      guard primary != target else { throw PlanGround.isPrimaryAlready(target) }
      return primary
    }
    let claims = ground.snapshot.clouds.filter { ground.claimsWrites($0) }.map(\.id)
    guard claims.count < 2 else {
      throw PlanGround.bothTakeWrites(claims)
    }
    let others = Set(
      ground.snapshot.replication.filter { $0.source == target || $0.target == target }
        .map { $0.source == target ? $0.target : $0.source })
    guard let other = others.first, others.count == 1 else {
      guard !others.isEmpty else {
        throw HostError.noPlan(
          "no replication link reaches \(target), so it does not have the primary's rows",
          remedy: PlanGround.addLink)
      }
      throw HostError.noPlan(
        "it is not known whose database took writes last, and \(others.sorted().map(\.rawValue).joined(separator: ", ")) "
          + "could each have been it",
        remedy: "bring back the one that did, so that it can be asked; signalbox doctor says which answer")
    }
    return other
  }

  private func fence(_ old: CloudID, _ ground: PlanGround) -> Plan.Step {
    let generation = ground.generation
    if ground.isReachable(old) {
      guard settings.fencing == .lease else { return ground.fence(old) }
      return ground.step(
        "fence \(old)", .role(.fenceOrAwaitLeaseEnd(old, generation: generation)),
        "the application can no longer write at \(old), and a refused write proves it; should \(old) stop answering, its "
          + "lease ends by its own clock", seconds: 1, back: .role(.promote(old, generation: generation)))
    }
    if let end = ground.leaseEnd(of: old) {
      let rest = max(0, (end - ground.now).inSeconds.rounded(.up))
      return Plan.Step(
        title: "await \(old)'s lease", action: .role(.awaitLeaseEnd(old, generation: generation)),
        predictedEffect: "\(old) cannot be reached; its right to write ends by its own clock in \(Int(rest)) s",
        predictedSeconds: rest)
    }
    return Plan.Step(
      title: "assume \(old) fenced", action: .role(.assumeFenced(old)),
      predictedEffect: "\(old) cannot be reached and has no lease: nothing proves that it takes no writes",
      predictedSeconds: 0)
  }

  private func catchUp(_ link: ReplicationLinkSnapshot, _ ground: PlanGround) -> Plan.Step {
    let limit = settings.catchUp.inSeconds
    return ground.step(
      "catch up", .role(.catchUp(link.id, seconds: limit)),
      "\(link.target) gets what \(link.source) still gives, for at most \(Int(limit)) s",
      seconds: min(limit, max(1, (link.lag?.value.appliedSeconds ?? limit).rounded(.up))))
  }

  private func measureLoss(_ old: CloudID, _ target: CloudID, _ ground: PlanGround) -> Plan.Step {
    ground.step(
      "measure loss", .role(.measureLoss(from: old, to: target)),
      "it is written down what \(target) lacks of \(old); nothing is changed", seconds: 0)
  }

  /// From here on the old direction must never apply again: what comes late from the old primary would overwrite what
  /// the new one has taken. It stays paused until `rejoin` turns it round.
  private func pause(_ link: ReplicationLinkSnapshot, _ ground: PlanGround) -> Plan.Step {
    ground.step(
      "pause \(link.id)", .sync(.pause(link.id)),
      "nothing of \(link.source) is applied at \(link.target) any more; its slot keeps what is missing", seconds: 1,
      back: .sync(.resume(link.id)))
  }

  private func sequencesAlone(_ link: ReplicationLinkSnapshot, _ ground: PlanGround) -> Plan.Step {
    ground.step(
      "advance sequences", .sync(.advanceSequencesAlone(link.id)),
      "sequences at \(link.target) stand well past what its rows have used; \(link.source) need not be asked",
      seconds: 1)
  }

  private func loss(_ ground: PlanGround) -> PlannedLoss {
    guard let loss = ground.snapshot.failover?.loss?.fresh(at: ground.now) else { return PlannedLoss() }
    return PlannedLoss(seconds: loss.seconds, bytes: loss.bytes, rows: loss.rows)
  }
}

extension Weights {
  /// Nothing for one cloud; the other takes its weight where it has none itself.
  func yielded(by old: CloudID, to target: CloudID) -> Weights {
    guard let weight = self[old], let standing = self[target] else { return self }
    var yielded = self
    yielded[old] = 0
    if standing == 0 { yielded[target] = max(1, weight) }
    return yielded
  }
}
