import CellGrid
import Operations

extension Situation {
  /// What is wrong with a link: nobody hurts yet, but somebody would if its source were lost now.
  static func findings(_ link: ReplicationLinkSnapshot, now: Timestamp) -> [Finding] {
    let way = link.way
    var found: [Finding] = []
    func add(_ headline: String, _ detail: String, _ health: Health = .degraded) {
      found.append(Finding(health: health, headline: "\(way) \(headline)", detail: detail))
    }
    switch link.state {
    case .blocked, .retrying: add(link.state.word.uppercased(), Outside.text(link.reasons.first ?? "no reason given"))
    case .paused: add("PAUSED", "for \(Quantity.age(now - link.since)); the source keeps the log meanwhile")
    case .baseline: add("COPYING", link.copyWords)
    case .preparing: add("PREPARING", Outside.text(link.reasons.first ?? "its lag is not known yet"), .unknown)
    case .catchingUp, .streaming:
      if let lag = link.lag?.fresh(at: now) {
        if link.state == .catchingUp, lag.appliedSeconds >= 1 {
          let bytes = Figure.bytes(Int(clamping: lag.appliedBytes)).text
          add("BEHIND \(Quantity.rest(lag.appliedSeconds) ?? "")", "\(bytes) of log are still to be applied")
        }
      } else if !link.isComparing {
        let heard = link.lag.map { "last heard \(Quantity.age($0.age(at: now))) ago" }
        add("LAG UNKNOWN", heard ?? "nothing has been heard of it yet", .unknown)
      }
    }
    if let slot = link.slot?.value, link.slotAlarm != nil {
      let kept = "keeps \(Figure.bytes(Int(clamping: slot.retainedBytes)).text) of log, and \(slot.safety)"
      slot.safeBytes == nil ? add("LOG PILES UP", kept) : add("SLOT SHORT", slot.safety)
    }
    let differing = link.tables.reduce(0) { $0 + max(0, $1.lastVerify?.differences ?? 0) }
    if differing > 0 { add("UNEQUAL", "\(Quantity.count(differing)) rows differed when last verified") }
    let missing = [
      link.setAside.briefly.map { "\(Outside.text($0)) parked" },
      link.tables.filter { $0.state == .refused }.briefly.map { "\(Outside.text($0)) refused" },
    ].compactMap(\.self)
    if !missing.isEmpty { add("INCOMPLETE", missing.joined(separator: " · ")) }
    return found
  }
}

extension ReplicationLinkSnapshot {
  /// A pass of snapshots tells no lag while it compares a large table.
  fileprivate var isComparing: Bool { mode == .snapshot && baseline != nil }

  fileprivate var copyWords: String {
    let target = Outside.text(target.rawValue)
    guard let baseline else { return "\(target) does not have all tables yet" }
    let rest = Quantity.rest(baseline.remainingSeconds).map { " · \($0) left" } ?? ""
    return "\(target) has \(baseline.tablesDone) of \(baseline.tablesTotal) tables\(rest)"
  }
}
