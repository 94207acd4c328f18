import Operations

/// What a change of the primary needs.
extension LedgerBuilder {
  private var target: CloudSnapshot? { remedy?.target.flatMap(snapshot.cloud) }

  func targetDatabase() -> FailoverCondition {
    let name = ConditionName.targetDatabase
    guard let target else { return condition(name, false, "there is no database to promote") }
    guard let seen = target.database else { return condition(name, false, "\(target.id)'s database was never seen") }
    guard let database = sight.database(of: target) else {
      return condition(
        name, false, "\(target.id)'s database does not answer", age: age(seen.observedAt))
    }
    guard database.role != .standby else {
      return condition(
        name, false, "\(target.id)'s database is a standby in recovery, which only its provider promotes",
        age: age(seen.observedAt))
    }
    return condition(name, true, "\(target.id)'s database answers", age: age(seen.observedAt))
  }

  func lossWithinRPO() -> FailoverCondition {
    let name = ConditionName.lossWithinRPO
    guard let target, let primary = machine.primary else {
      return condition(name, false, "there is nothing to compare")
    }
    guard let loss else {
      return condition(name, false, "what \(target.id) lacks of \(primary) was never measured")
    }
    let limit = DecisionText.span(policy.rpo)
    let bound = "at most \(DecisionText.span(.seconds(loss.estimate.seconds))) of writes, \(limit) allowed"
    let measured = age(loss.measuredAt)
    if let obstacle = loss.obstacle { return condition(name, false, obstacle, age: measured) }
    guard !machine.observation(of: loss, now).isStale(at: now) else {
      return condition(
        name, false, "\(bound), by a measure that was too old when \(primary) was last seen", age: measured)
    }
    return condition(
      name, .seconds(loss.estimate.seconds) <= policy.rpo, "\(bound), by \(loss.source)", age: measured)
  }

  /// Invariant: promotion only after a refused write, or after the lease has ended.
  func fenceProvable() -> FailoverCondition {
    let name = ConditionName.fenceProvable
    guard let primary = machine.primary else { return condition(name, false, "no primary is known") }
    let role = machine.roles[primary]
    if let seen = role?.fresh(at: now), seen.standing == .fenced, !seen.takesWrites {
      return condition(
        name, true, "\(primary) is fenced at generation \(seen.generation)", age: age(role?.observedAt))
    }
    if sight.canBeAsked(snapshot.cloud(primary)) {
      return condition(
        name, true, "\(primary)'s database answers and can be made to refuse a write",
        age: age(snapshot.cloud(primary)?.database?.observedAt))
    }
    guard policy.fencing == .lease else {
      return condition(name, false, "\(primary)'s database has not answered since, and the policy asks for proof")
    }
    guard let end = machine.leaseEnd(of: primary) else {
      return condition(name, false, "\(primary)'s database has not answered since, and no lease was seen on it")
    }
    let left = end - now
    return condition(
      name, true,
      left > .zero
        ? "\(primary)'s right to write ends by itself in \(DecisionText.span(left))"
        : "\(primary)'s right to write ended by itself \(DecisionText.span(now - end)) ago", age: age(role?.observedAt))
  }

  /// A view from before the last change would have it done again.
  func seenSinceChange() -> FailoverCondition {
    let name = ConditionName.seenSinceChange
    guard let seen = seenAt else { return condition(name, false, "what a change would start from is not known") }
    guard unseenChange == nil else {
      return condition(name, false, "the last change is newer than what is seen", age: age(seen))
    }
    return condition(name, true, "seen since the last change", age: age(seen))
  }

  /// When traffic or roles were last changed, while that has not been seen yet.
  var unseenChange: Timestamp? {
    let changed = snapshot.operations.filter { $0.kind == .failover || $0.kind == .weights }
      .flatMap(\.steps).filter(\.mutates).compactMap(\.endedAt).max()
    guard let changed, let seen = seenAt, seen <= changed else { return nil }
    return changed
  }

  /// When that was seen which a change would start from: the database to promote, or the weights.
  private var seenAt: Timestamp? {
    if focus?.movesWrites ?? true { return target?.database?.observedAt }
    guard let weights = snapshot.recordSet.configured, !weights.isStale(at: now) else { return nil }
    return weights.observedAt
  }
}
