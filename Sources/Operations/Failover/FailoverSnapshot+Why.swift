extension FailoverSnapshot {
  /// Why nothing is done by itself now, and why something was done last, as lines for a person.
  public func why(at now: Timestamp) -> [String] {
    var lines = [headline(at: now)]
    if state != .acting {
      for condition in unmet { lines += condition.lines(mark: "✖") }
    }
    if let lastDecisionAt, !lastDecision.isEmpty {
      lines.append("It last acted by itself at \(lastDecisionAt), because:")
      for condition in lastDecision { lines += condition.lines(mark: "✔") }
    }
    return lines
  }

  /// `aws is down by quorum; a person must confirm: fail over to azure.`
  public func headline(at now: Timestamp) -> String {
    let name = subject.map(\.rawValue) ?? "a cloud"
    let wanted = request?.phrase ?? "nothing can be done by itself"
    let seconds = max(0, (now - since).components.seconds)
    switch state {
    case .watching: return isPaused ? "Paused\(pauser); nothing is wrong." : "Nothing is wrong."
    case .suspecting: return "\(name) has been suspected for \(seconds) s."
    case .confirmed: return "\(name) is down by quorum: \(wanted)."
    case .countdown:
      let rest = actsAt.map { max(0, ($0 - now).inSeconds.rounded(.up)) } ?? 0
      return "\(name) is down by quorum; in \(Int(rest)) s it will \(wanted), unless stopped."
    case .proposing: return "\(name) is down by quorum; a person must confirm: \(wanted)."
    case .acting: return "Under way: \(request?.phrase ?? "an operation of its kind")."
    case .acted:
      let end = acknowledgeBy.map { " or until \($0)" } ?? ""
      return "It has acted by itself, and will not again until acknowledged\(end)."
    case .cutOff: return "No vantage sees anything healthy anywhere: this host is itself cut off and changes nothing."
    }
  }

  private var pauser: String { pausedBy.map { " by \($0)" } ?? "" }
}

extension FailoverCondition {
  fileprivate func lines(mark: String) -> [String] {
    [" \(mark) \(name): \(detail)\(Self.age(ageSeconds))"]
      + voices.map {
        "     \($0.vantage) (\($0.network)): \($0.health.rawValue), \($0.detail)\(Self.age($0.ageSeconds))"
      }
  }

  /// Tenths of a second, so that a fresh observation can be told from one that is nearly stale.
  private static func age(_ seconds: Double?) -> String {
    guard let seconds else { return "" }
    let tenths = Int((min(max(0, seconds), 1e9) * 10).rounded())
    return " · \(tenths / 10).\(tenths % 10) s old"
  }
}
