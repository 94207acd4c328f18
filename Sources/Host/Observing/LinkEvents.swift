import Operations

/// Tells what happened to the links from one look to the next. Pure.
struct LinkEvents {
  struct Told: Equatable {
    var link: LinkID
    var message: String
    var severity: Event.Severity
  }

  private struct Memory {
    var link: ReplicationLinkSnapshot
    var alarm: SlotAlarm?
    var conflictsTold: Int
    var conflictsToldAt: Timestamp?
  }

  private var memories: [LinkID: Memory] = [:]

  mutating func take(_ links: [ReplicationLinkSnapshot], at now: Timestamp) -> [Told] {
    links.flatMap { link in
      take(link, at: now).map { Told(link: link.id, message: $0.message, severity: $0.severity) }
    }
  }

  private typealias Line = (message: String, severity: Event.Severity)

  private mutating func take(_ link: ReplicationLinkSnapshot, at now: Timestamp) -> [Line] {
    guard var memory = memories[link.id] else {
      // A link that nobody has looked at yet is no news; whatever it is found to be will be.
      var begun = link
      begun.state = .preparing
      begun.tables = []
      memories[link.id] = Memory(link: begun, conflictsTold: link.conflicts)
      return link.state == .preparing ? [] : take(link, at: now)
    }
    var lines: [Line] = []
    if memory.link.source != link.source {
      lines.append(("changes go \(link.source) → \(link.target) now", .warning))
    }
    if let line = state(link, was: memory.link.state) { lines.append(line) }
    lines += tables(link, was: memory.link)
    if let line = alarm(link, &memory, at: now) { lines.append(line) }
    lines += verify(link, was: memory.link)
    // What was logged before anybody looked is no news.
    if memory.link.tables.isEmpty, !link.tables.isEmpty { memory.conflictsTold = link.conflicts }
    if link.conflicts > memory.conflictsTold, memory.conflictsToldAt.map({ now - $0 >= .seconds(10) }) ?? true {
      let count = link.conflicts - memory.conflictsTold
      let least = link.conflicts >= ReplicationConflict.countLimit ? "at least " : ""
      lines.append(("\(least)\(count) new conflicts: signalbox sync conflicts --link \(link.id)", .warning))
      memory.conflictsTold = link.conflicts
      memory.conflictsToldAt = now
    }
    memory.link = link
    memories[link.id] = memory
    return lines
  }

  private func state(_ link: ReplicationLinkSnapshot, was before: ReplicationLinkSnapshot.State) -> Line? {
    guard link.state != before else { return nil }
    let reason = link.reasons.first.map { ": \($0)" } ?? ""
    switch link.state {
    case .preparing: return nil
    case .baseline: return ("copying tables to \(link.target)", .notice)
    // After each look a stream begins by catching up, for an instant as a rule.
    case .catchingUp: return before == .streaming ? ("\(link.target) falls behind", .warning) : nil
    case .streaming: return ("\(link.target) follows \(link.source)", .notice)
    case .paused: return ("paused", .warning)
    case .blocked: return ("blocked\(reason)", .critical)
    case .retrying: return ("interrupted\(reason)", .warning)
    }
  }

  /// A line for each state: of hundreds of tables each would push what is grave out of the log.
  private func tables(_ link: ReplicationLinkSnapshot, was before: ReplicationLinkSnapshot) -> [Line] {
    let states = Dictionary(before.tables.map { ($0.name, $0.state) }, uniquingKeysWith: { first, _ in first })
    let changed = link.tables.filter { states[$0.name] != $0.state }
    func line(_ tables: [ReplicatedTable], _ what: String, _ severity: Event.Severity) -> Line? {
      guard let names = tables.briefly else { return nil }
      let reason = severity == .notice ? "" : ": \(tables.first?.reason ?? "no reason is known")"
      return ("\(names) \(what)\(reason)", severity)
    }
    return [
      line(changed.filter { $0.state == .parked }, "set aside", .warning),
      line(changed.filter { $0.state == .refused }, "left out", .warning),
      line(changed.filter { $0.state == .streaming && states[$0.name] == .parked }, "taken in again", .notice),
    ].compactMap(\.self)
  }

  private func alarm(_ link: ReplicationLinkSnapshot, _ memory: inout Memory, at now: Timestamp) -> Line? {
    guard let slot = link.slot?.fresh(at: now) else { return nil }
    let alarm = SlotAlarm(slot, logAlarmBytes: link.logAlarmBytes)
    defer { memory.alarm = alarm }
    guard alarm != memory.alarm else { return nil }
    switch alarm {
    case nil: return ("\(link.source) keeps little log for slot \(slot.name) again", .notice)
    case .near?, .short?:
      let isBetter = memory.alarm.map { alarm ?? $0 < $0 } ?? false
      let rest = slot.safeBytes.map { ", and the slot is lost after \($0 >> 20) MiB more" } ?? ""
      return (
        "\(link.source) keeps \(slot.retainedBytes >> 20) MiB of log for slot \(slot.name)\(rest); "
          + "let the link catch up, or give it up", isBetter ? .notice : .critical
      )
    case .lost?: return ("slot \(slot.name) at \(link.source) is lost: verify, or copy anew", .critical)
    }
  }

  private func verify(_ link: ReplicationLinkSnapshot, was before: ReplicationLinkSnapshot) -> [Line] {
    let fresh = link.tables.filter { table in
      guard let verify = table.lastVerify else { return false }
      return verify != before.tables.first { $0.name == table.name }?.lastVerify
    }
    guard !fresh.isEmpty else { return [] }
    var lines: [Line] = []
    let unlike = fresh.filter { ($0.lastVerify?.differences ?? 0) > 0 }
    if !unlike.isEmpty {
      let counts = unlike.map { "\($0.name) \($0.lastVerify?.differencesWords ?? "")" }.joined(separator: ", ")
      lines.append(("verify: rows differ: \(counts)", .critical))
    }
    let failed = fresh.filter { $0.lastVerify?.failure != nil }
    if let names = failed.briefly {
      lines.append(("verify of \(names) did not end: \(failed.first?.lastVerify?.failure ?? "")", .warning))
    }
    let moving = fresh.filter { $0.lastVerify?.failure == nil && ($0.lastVerify?.undecided ?? 0) > 0 }
    if let names = moving.briefly {
      lines.append(("verify of \(names): \(moving.first?.lastVerify?.undecidedWords ?? "")", .warning))
    }
    guard lines.isEmpty else { return lines }
    let rows = fresh.reduce(0) { $0 + ($1.lastVerify?.rowsCompared ?? 0) }
    return [("verify: \(rows) rows of \(fresh.count) tables are equal", .notice)]
  }
}
