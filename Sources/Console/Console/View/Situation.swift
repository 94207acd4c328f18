import CellGrid
import Operations

/// Is anyone hurting, and where: the first thing a tired eye meets, in one line.
struct Situation: Equatable {
  /// What is wrong (or that nothing is), in words that stay the same while it lasts.
  struct Finding: Equatable {
    var health: Health
    var headline: String
    var detail: String
  }

  /// The gravest first; never empty.
  var findings: [Finding]

  init(_ model: ConsoleModel) {
    guard let snapshot = model.snapshot else {
      let reason = if case .lost(let reason, _) = model.connection { reason } else { "the first snapshot is awaited" }
      findings = [Finding(health: .unknown, headline: "NOTHING KNOWN YET", detail: reason)]
      return
    }
    var found: [Finding] = []
    if let since = model.lostSince {
      found.append(
        Finding(
          health: .unknown, headline: "HOST LOST",
          detail: "all below is as it was \(Quantity.age(model.now - since)) ago; no lever moves"))
    }
    if let drill = model.drill { found.append(Situation.finding(drill, model: model)) }
    if let failover = model.failover { found += Situation.findings(failover, model: model) }
    found += snapshot.clouds.compactMap { Situation.finding($0, in: snapshot, model: model) }
    if snapshot.primary == nil, !found.contains(where: { $0.headline == "TWO PRIMARIES" }) {
      found.append(
        Finding(
          health: .down, headline: "NO SINGLE PRIMARY", detail: "no database, or more than one, is known to take writes"
        ))
    }
    if let fault = snapshot.journalFault {
      found.append(Finding(health: .degraded, headline: "LEVERS HELD", detail: "journal: \(Outside.text(fault))"))
    }
    if snapshot.recordSet.authoritative?.fresh(at: model.now)?.agrees == false,
      snapshot.recordSet.settlesAt.map({ $0 < model.now }) ?? true
    {
      found.append(
        Finding(health: .degraded, headline: "DNS DISAGREES", detail: "answers are not what is configured"))
    }
    found += snapshot.replication.flatMap { Situation.findings($0, now: model.now) }
    let ranked = found.enumerated().sorted {
      (Situation.gravity($0.element), $0.offset) < (Situation.gravity($1.element), $1.offset)
    }
    findings = ranked.isEmpty ? [Situation.allWell(snapshot)] : ranked.map(\.element)
  }

  /// What is known to hurt comes before what is not known; that nothing can be known comes before both.
  private static func gravity(_ finding: Finding) -> Int {
    switch finding.health {
    case .unknown: ["HOST LOST", "CUT OFF"].contains(finding.headline) ? 0 : 3
    case .down: 1
    case .degraded: 2
    case .healthy: 4
    }
  }

  private static func finding(_ cloud: CloudSnapshot, in snapshot: Snapshot, model: ConsoleModel) -> Finding? {
    let (verdict, now) = (cloud.verdict, model.now)
    let name = Outside.text(cloud.id.rawValue)
    if verdict.isStale(at: now) {
      return Finding(
        health: .unknown, headline: "\(name) UNKNOWN", detail: "last heard \(Quantity.age(verdict.age(at: now))) ago")
    }
    guard verdict.value.health != .healthy else { return nil }
    let reason = Outside.text(verdict.value.reasons.first ?? "no reason given")
    let share = Situation.share(of: cloud.id, in: snapshot, now: now)
    let users = share.map { $0 < 0.005 ? "no users there" : "\(Figure.percent($0).text) of users are sent there" }
    return Finding(
      health: verdict.value.health, headline: "\(name) \(verdict.value.health.word)",
      detail: [remedy(for: cloud.id, model: model), reason, users].compactMap(\.self).joined(separator: " · "))
  }

  /// Where users are sent: what the authoritative servers answer, else what is configured.
  private static func share(of cloud: CloudID, in snapshot: Snapshot, now: Timestamp) -> Double? {
    if let answers = snapshot.recordSet.authoritative?.fresh(at: now), answers.sampleCount > 0 {
      return answers.shares.first { $0.cloud == cloud }?.share ?? 0
    }
    return snapshot.recordSet.configured.map { $0.value.share(of: cloud) }
  }

  private static func allWell(_ snapshot: Snapshot) -> Finding {
    let count = snapshot.clouds.count
    return Finding(health: .healthy, headline: "ALL WELL", detail: "\(count) of \(count) clouds healthy")
  }
}
