import CellGrid
import Operations

extension Situation {
  /// What failover has to say, with what there is to do about it first.
  static func findings(_ failover: FailoverSnapshot, model: ConsoleModel) -> [Finding] {
    var found: [Finding] = []
    func add(_ health: Health, _ headline: String, _ detail: String) {
      found.append(Finding(health: health, headline: headline, detail: detail))
    }
    let writers = failover.writers(at: model.now)
    if writers.count > 1 {
      let names = writers.map(\.shown).joined(separator: " and ")
      add(.down, "TWO PRIMARIES", "\(names) take writes: w shows both, r fences one")
    }
    if failover.isPaused {
      let by = failover.pausedBy.map { " by \(Outside.text($0))" } ?? ""
      add(.degraded, "AUTOMATION PAUSED", "\(by.isEmpty ? "" : "\(by.dropFirst()): ")p resumes it")
    }
    switch failover.state {
    case .cutOff:
      add(.unknown, "CUT OFF", "this host sees nothing at all and changes nothing: look at its own network")
    case .acted:
      let what = failover.request?.participle ?? "acting"
      add(.degraded, "IT HAS ACTED", "\(what) by itself: a acknowledges it, w says why")
    case .countdown where !failover.isPaused:
      let what = failover.request?.participle.uppercased() ?? "ACTING"
      let seconds = model.countdownSeconds ?? 0
      add(.down, seconds > 0 ? "\(what) IN \(seconds) s" : "\(what) NOW", "x stops it")
    case .suspecting where failover.subject.map { model.shownHealth(of: $0) } == .healthy:
      let subject = failover.subject.map(\.shown) ?? "a cloud"
      add(.degraded, "\(subject) SUSPECTED", "\(failover.unmetWords ?? "not by enough yet"): w says more")
    default: break
    }
    return found
  }

  /// What there is to do about a cloud that is down.
  static func remedy(for cloud: CloudID, model: ConsoleModel) -> String? {
    guard let failover = model.failover, model.failoverOperation == nil, failover.state != .cutOff else { return nil }
    guard cloud == model.standingPrimary else {
      guard model.shownHealth(of: cloud) == .down, (model.configured?[cloud] ?? 0) > 0 else { return nil }
      return "e evacuates it"
    }
    guard model.isPrimaryDown, let target = model.successors.first else { return nil }
    let plan = "f fails over to \(target.shown)"
    switch failover.state {
    case .countdown where !failover.isPaused: return nil
    case .proposing: return "\(plan), as proposed"
    default:
      // What the cards say of the cloud they say; that nothing happens by itself is said here.
      guard failover.policy != .manual else { return plan }
      return failover.obstacle.map { "\(plan) · not by itself: \($0)" } ?? plan
    }
  }
}

extension FailoverSnapshot {
  /// The same in a word or two.
  var obstacle: String? {
    if isPaused { return "paused" }
    return unmet.first.map { Outside.text($0.name == "automatic" ? "policy \(policy.rawValue)" : $0.name) }
  }

  /// The first thing that keeps it from acting by itself.
  var unmetWords: String? { unmet.first.map { Outside.text($0.detail.isEmpty ? $0.name : $0.detail) } }
}
