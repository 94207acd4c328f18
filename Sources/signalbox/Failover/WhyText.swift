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
        "a failover now would lose at most \(loss.value.seconds) s of writes, \(loss.value.bytes) bytes of log"
          + (loss.isStale(at: now) ? " by an old measure" : ""))
    }
    for role in failover.roles {
      let seen = role.role.value
      lines.append(
        "\(role.cloud): \(seen.standing.rawValue) at generation \(seen.generation), "
          + (seen.takesWrites ? "takes writes" : "refuses writes")
          + (seen.leaseExpiresAt.map { ", lease ends in \(max(0, ($0 - seen.clock).inSeconds)) s" } ?? ""))
    }
    return lines.joined(separator: "\n")
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
