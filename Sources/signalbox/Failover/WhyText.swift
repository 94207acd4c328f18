import Operations

/// The ledger for a person.
enum WhyText {
  static func write(_ failover: FailoverSnapshot, at now: Timestamp) -> String {
    var lines = ["\(failover.state.rawValue) since \(failover.since)   automation \(failover.policy.rawValue)"]
    if failover.isPaused { lines.append("paused by \(EventText.clean(failover.pausedBy ?? "somebody"))") }
    if let subject = failover.subject { lines.append("about \(subject)") }
    if let at = failover.actsAt {
      lines.append("acts in \(max(0, Int((at - now).inSeconds.rounded(.up)))) s unless stopped: signalbox pause")
    }
    lines.append(failover.ledger.isEmpty ? "nothing is amiss, so there is nothing to do" : "")
    lines += conditions(failover.ledger)
    if let at = failover.lastDecisionAt {
      lines += ["", "last decided at \(at), because"]
      lines += conditions(failover.lastDecision)
    }
    if let loss = failover.loss {
      lines.append("")
      lines.append(
        "a failover now would lose at most \(Decimals.text(loss.value.seconds, places: 1)) s of writes, \(loss.value.bytes) bytes of log"
          + (loss.isStale(at: now) ? " by an old measure" : ""))
    }
    lines += failover.roles.map { role($0, at: now) }
    return lines.joined(separator: "\n")
  }

  /// What was said long ago is told as what was; a lease runs on while nobody answers.
  private static func role(_ view: FailoverSnapshot.RoleView, at now: Timestamp) -> String {
    let (seen, age, isOld) = (view.role.value, view.role.age(at: now), view.role.isStale(at: now))
    let writes = (isOld ? (seen.takesWrites ? "took" : "refused") : seen.takesWrites ? "takes" : "refuses") + " writes"
    let lease = seen.leaseExpiresAt.map { end in
      let left = (end - seen.clock - age).inSeconds
      let seconds = Decimals.text(abs(left), places: 1)
      return left > 0 ? ", lease ends in \(seconds) s" : ", lease ended \(seconds) s ago"
    }
    return "\(view.cloud): \(seen.standing.rawValue) at generation \(seen.generation), \(writes)\(lease ?? "")"
      + (isOld ? " (\(Int(age.inSeconds)) s old)" : "")
  }

  private static func conditions(_ conditions: [FailoverCondition]) -> [String] {
    let width = conditions.map(\.name.count).max() ?? 0
    return conditions.map { condition in
      let name = condition.name + String(repeating: " ", count: width - condition.name.count)
      let age = condition.ageSeconds.map { $0 >= 2 ? " (\(Int($0)) s old)" : "" } ?? ""
      return "  \(condition.isMet ? "yes" : "NO ")  \(name)  \(EventText.clean(condition.detail))\(age)"
    }
  }
}
