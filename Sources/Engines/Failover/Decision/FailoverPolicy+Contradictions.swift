import Operations

extension FailoverPolicy {
  /// What of the policy can never be kept, each with a remedy; empty for one that can.
  public func contradictions(in surroundings: PolicySurroundings) -> [PolicyContradiction] {
    var found: [PolicyContradiction] = []
    func add(_ key: String, _ reason: String, _ remedy: String) {
      found.append(PolicyContradiction(key: key, reason: reason, remedy: remedy))
    }
    if automation != .manual { checkQuorum(surroundings, add) }
    checkTimes(surroundings, add)
    if automation == .automatic { checkAutomatic(surroundings, add) }
    return found
  }

  private typealias Add = (_ key: String, _ reason: String, _ remedy: String) -> Void

  private func checkQuorum(_ surroundings: PolicySurroundings, _ add: Add) {
    let needed = quorum
    let vantages = surroundings.vantageNetworks.count
    let networks = Set(surroundings.vantageNetworks).count
    if vantages < needed.vantages || networks < needed.networks {
      add(
        "quorum",
        "\(automation.rawValue) needs \(needed.vantages) vantages on \(needed.networks) networks; "
          + "there are \(vantages) on \(networks)", "add vantages on other networks, or set automation: manual")
    }
    if quorumNetworks > quorumVantages {
      add(
        "quorum", "\(quorumVantages) vantages cannot stand on \(quorumNetworks) networks",
        "set vantages to at least \(quorumNetworks)")
    }
  }

  private func checkTimes(_ surroundings: PolicySurroundings, _ add: Add) {
    for cloud in confirmations.keys.sorted() where !surroundings.clouds.contains(cloud) {
      let names = surroundings.clouds.map(\.rawValue).joined(separator: ", ")
      add("confirmation", "\(cloud) is no cloud", "name one of \(names)")
    }
    if fencing == .lease, let lockDelay = surroundings.lockDelay, lockDelay < leaseDuration + leaseMargin {
      let least = text(leaseDuration + leaseMargin)
      add(
        "lock-delay",
        "after a lock-delay of \(text(lockDelay)) a controller that takes over may renew a right to write whose end, up "
          + "to \(least) away, the one before it still counts on",
        "set lease.etcd.lock-delay to at least \(least), or shorten failover.fencing.lease")
    }
    if let recoveryTime { checkRecovery(recoveryTime, surroundings, add) }
    if fencing == .lease, leaseDuration < leaseRenewal * 3 {
      add(
        "lease",
        "a lease of \(text(leaseDuration)) that is renewed every \(text(leaseRenewal)) ends after two lost "
          + "renewals, and the primary stops taking writes", "make it at least \(text(leaseRenewal * 3))")
    }
  }

  /// Detection, thresholds, lease and TTL come one after the other.
  private func checkRecovery(_ promised: Duration, _ surroundings: PolicySurroundings, _ add: Add) {
    let slowest = surroundings.clouds.map { confirmation(of: $0) }.max() ?? confirmation
    let decided = surroundings.detection + slowest + (automation == .automatic ? countdown : .zero)
    let fenced = fencing == .lease ? max(decided, leaseDuration + leaseMargin) : decided
    let budget = promised - surroundings.ttl
    guard fenced > budget else { return }
    add(
      "recovery-time",
      "a recovery time of \(text(promised)) with a TTL of \(text(surroundings.ttl)) leaves \(text(max(.zero, budget))) "
        + "until the answers must have changed; detection, confirmation, countdown and lease take \(text(fenced))",
      "lower the TTL or the thresholds, or promise at least \(text(fenced + surroundings.ttl))")
  }

  private func checkAutomatic(_ surroundings: PolicySurroundings, _ add: Add) {
    let databases = surroundings.databases
    for (index, one) in databases.enumerated() {
      for other in databases[(index + 1)...] where !surroundings.isLinked(one, other) {
        add(
          "rpo",
          "an RPO of \(text(rpo)) cannot be kept between \(one) and \(other): no replication link joins them, so a loss "
            + "is never measured", "add one under replication, or set automation: advise")
      }
    }
    guard databases.count > 1 else { return }
    if fencing == .proof {
      add(
        "fencing",
        "automatic failover with fencing: proof never promotes past a primary that cannot be reached, which is when it "
          + "is needed", "set fencing: lease, or automation: advise")
    }
    // What is lost when a primary was cut off at the worst moment, and wrote until its lease ended.
    let least = fencing == .lease ? leaseDuration + leaseMargin : surroundings.detection
    if rpo <= least {
      add(
        "rpo", "an RPO of \(text(rpo)) is shorter than what the old primary may write unseen, \(text(least))",
        "shorten the lease, or allow more than \(text(least))")
    }
  }

  private func text(_ duration: Duration) -> String { DecisionText.span(duration) }
}
