import Operations

extension FailoverMachine {
  /// What a failover from the primary to `target` would lose now.
  func loss(to target: CloudID, _ sight: Sight) -> Loss? {
    guard let primary else { return nil }
    var loss = losses.loss(from: primary, to: target, until: lastCommit(of: primary, sight))
    if memory.unmatched[target] != nil {
      loss?.obstacle = "\(target) was being taken in again, and its tables were not copied: signalbox rejoin \(target)"
    }
    return loss
  }

  /// When the primary can have committed for the last time, as far as is known: now, unless it is proven to be fenced or
  /// its own clock has ended, or will end, its right to write.
  private func lastCommit(of primary: CloudID, _ sight: Sight) -> Timestamp {
    let now = sight.now
    guard let seen = roles[primary] else { return now }
    if seen.value.standing == .fenced, !seen.value.takesWrites { return min(now, seen.observedAt) }
    // A database that can be asked can be fenced at once; one that cannot has its lease.
    guard !sight.canBeAsked(sight.snapshot.cloud(primary)), let end = leaseEnd(of: primary) else { return now }
    return end
  }

  /// When the last lease that a database was seen to have ends, on this host's clock, with the margin for skew; nil where
  /// none was armed or leases are not relied on.
  func leaseEnd(of cloud: CloudID) -> Timestamp? {
    guard policy.fencing == .lease, let seen = roles[cloud], let end = seen.value.leaseExpiresAt else { return nil }
    return seen.observedAt + (end - seen.value.clock) + policy.leaseMargin
  }

  /// When the primary's database was last seen alive; now, where it never was.
  func lastSign(of primary: CloudID?, _ now: Timestamp) -> Timestamp {
    min(now, primary.flatMap { databaseSeen[$0] } ?? now)
  }

  /// Nothing newer can be measured of a database that is dead: the age of the measure counts up to its last sign of life,
  /// and what may have been committed after the measure is in the bound.
  func observation(of loss: Loss, _ now: Timestamp) -> Observation<LossEstimate> {
    Observation(
      loss.estimate, source: loss.source, observedAt: loss.measuredAt,
      staleAfter: policy.lossFreshness + (now - lastSign(of: primary, now)))
  }
}
