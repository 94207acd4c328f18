import CellGrid
import Operations

extension Situation {
  /// What is wrong with a link: nobody hurts yet, but somebody would if its source were lost now.
  static func findings(_ link: ReplicationLinkSnapshot, now: Timestamp) -> [Finding] {
    let way = link.way
    var found: [Finding] = []
    func add(_ headline: String, _ detail: String) {
      found.append(Finding(health: .degraded, headline: "\(way) \(headline)", detail: detail))
    }
    switch link.state {
    case .blocked, .retrying: add(link.state.word.uppercased(), Outside.text(link.reasons.first ?? "no reason given"))
    case .paused: add("PAUSED", "for \(Quantity.age(now - link.since)); the source keeps the log meanwhile")
    case .preparing, .baseline, .catchingUp, .streaming: break
    }
    if let slot = link.slot?.value, link.slotAlarm != nil {
      let kept = "keeps \(Figure.bytes(Int(clamping: slot.retainedBytes)).text) of log, and \(slot.safety)"
      slot.safeBytes == nil ? add("LOG PILES UP", kept) : add("SLOT SHORT", slot.safety)
    }
    let differing = link.tables.reduce(0) { $0 + max(0, $1.lastVerify?.differences ?? 0) }
    if differing > 0 { add("UNEQUAL", "\(Quantity.count(differing)) rows differed when last verified") }
    if let parked = link.setAside.briefly { add("INCOMPLETE", "\(Outside.text(parked)) parked") }
    return found
  }
}
