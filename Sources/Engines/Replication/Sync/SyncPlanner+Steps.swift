import Operations

extension SyncPlanner {
  func steps(_ request: SyncRequest, _ link: ReplicationLinkSnapshot, _ now: Timestamp) -> [Plan.Step] {
    switch request {
    case .pause(let id):
      [
        Plan.Step(title: "pause", action: .sync(.pause(id)), predictedEffect: pauseEffect(link), predictedSeconds: 1),
        Plan.Step(
          title: "note down", action: .sync(.notePause(id, isPaused: true)),
          predictedEffect: "\(link.target)'s books say so: it rests whichever host takes over", predictedSeconds: 1),
      ]
    case .resume(let id):
      [
        Plan.Step(
          title: "note down", action: .sync(.notePause(id, isPaused: false)),
          predictedEffect: "\(link.target)'s books say so, for whichever host takes over", predictedSeconds: 1),
        Plan.Step(
          title: "resume", action: .sync(.resume(id)),
          predictedEffect: "\(link.target) takes changes again, \(Bytes.text(link.slot?.value.retainedBytes)) at first",
          predictedSeconds: 2),
      ]
    case .baseline(let id, let tables): baseline(id, tables, link)
    case .verify(let id, let tables): [verify(id, tables, link)]
    case .repair(let id, let tables): repair(id, tables, link)
    case .reverse(let id): [drain(id, link)] + reverse(id, link)
    case .now(let id): [link.mode == .snapshot ? snapshot(id, link) : drain(id, link)]
    case .reapply(let id, let conflict, let row): [reapply(id, conflict, row, link)]
    }
  }

  private func reapply(
    _ id: LinkID, _ conflict: Int64, _ row: DiscardedRow?, _ link: ReplicationLinkSnapshot
  ) -> Plan.Step {
    let place = link.mode == .streamBoth ? "\(link.target) and \(link.source)" : "\(link.target)"
    let effect =
      switch row {
      case let row? where row.isDeletion: "\(row.name) is deleted at \(place)"
      case let row?: "\(row.name) becomes at \(place) what was discarded in conflict \(conflict)"
      case nil: "the version or the deletion that was discarded in conflict \(conflict) is made the newest at \(place)"
      }
    return Plan.Step(
      title: row?.isDeletion == true ? "delete" : "put back", action: .sync(.reapply(id, conflict: conflict)),
      predictedEffect: "\(effect); what stands there is logged as discarded", predictedSeconds: 1,
      isPointOfNoReturn: true)
  }

  private func pauseEffect(_ link: ReplicationLinkSnapshot) -> String {
    let slot = link.slot?.value
    let room = slot?.safeBytes.map { "; the slot is lost after \(Bytes.text(UInt64(max(0, $0)))) more" }
    return
      "\(link.target) stands still; \(link.source) keeps its log from here on, \(Bytes.text(slot?.retainedBytes)) now"
      + (room ?? "")
  }

  private func baseline(_ id: LinkID, _ tables: [String], _ link: ReplicationLinkSnapshot) -> [Plan.Step] {
    let taken = link.taken(tables)
    let bytes = taken.reduce(0) { $0 + ($1.bytes ?? 0) }
    let seconds = Double(bytes) / (link.baselineBytesPerSecond.flatMap { $0 > 0 ? $0 : nil } ?? settings.copyAllowance)
    return [
      Plan.Step(
        title: "copy anew", action: .sync(.baseline(id, tables: tables)),
        predictedEffect: "\(taken.count) \(taken.count == 1 ? "table" : "tables") emptied at \(link.target) and copied "
          + "from \(link.source), \(Bytes.text(bytes)); readers there miss rows meanwhile",
        predictedSeconds: max(1, seconds.rounded(.up)), isPointOfNoReturn: true)
    ]
  }

  private func verify(_ id: LinkID, _ tables: [String], _ link: ReplicationLinkSnapshot) -> Plan.Step {
    let taken = link.taken(tables)
    let last = taken.compactMap(\.lastVerify)
    let bytes = Double(taken.reduce(0) { $0 + ($1.bytes ?? 0) })
    let seconds =
      last.count == taken.count && !last.isEmpty
      ? last.reduce(0) { $0 + $1.seconds } : bytes / settings.verifyAllowance
    return Plan.Step(
      title: "verify", action: .sync(.verify(id, tables: tables)),
      predictedEffect: "the rows of \(taken.count) \(taken.count == 1 ? "table is" : "tables are") compared; "
        + "nothing is changed", predictedSeconds: max(1, seconds.rounded(.up)))
  }

  private func repair(_ id: LinkID, _ tables: [String], _ link: ReplicationLinkSnapshot) -> [Plan.Step] {
    let unlike = link.taken(tables).filter { ($0.lastVerify?.differences ?? 0) > 0 }
    // A comparison names so many of a table; of more, a new copy is the quicker end.
    let limit = VerifyOutcome.differenceLimit
    let counts = unlike.map { table in
      let differences = table.lastVerify?.differences ?? 0
      guard differences > limit else { return "\(table.name) \(differences)" }
      let copy = SyncRequest.baseline(id, tables: [table.name]).command
      return "\(table.name) \(limit) of \(differences), as many as are done at once (\(copy) copies all)"
    }.joined(separator: ", ")
    let rows = unlike.reduce(0) { $0 + min($1.lastVerify?.differences ?? 0, limit) }
    return [
      Plan.Step(
        title: "repair", action: .sync(.repair(id, tables: tables)),
        predictedEffect:
          "rows at \(link.target) become those of \(link.source): \(counts.isEmpty ? "none is known" : counts)",
        predictedSeconds: max(1, Double(rows) / 500), isPointOfNoReturn: true),
      verify(id, tables, link),
    ]
  }

  private func drain(_ id: LinkID, _ link: ReplicationLinkSnapshot) -> Plan.Step {
    let lag = link.lag?.value
    return Plan.Step(
      title: "drain", action: .sync(.drain(id)),
      predictedEffect: "all that \(link.source) has committed by now is durable at \(link.target), "
        + "\(Bytes.text(lag?.appliedBytes)) to go",
      predictedSeconds: max(1, (lag?.appliedSeconds ?? 0).rounded(.up)))
  }

  private func snapshot(_ id: LinkID, _ link: ReplicationLinkSnapshot) -> Plan.Step {
    let bytes = link.taken([]).reduce(0) { $0 + ($1.bytes ?? 0) }
    let rate = link.baselineBytesPerSecond.flatMap { $0 > 0 ? $0 : nil } ?? settings.copyAllowance
    return Plan.Step(
      title: "take a snapshot", action: .sync(.snapshot(id)),
      predictedEffect: "\(Bytes.text(bytes)) are read at \(link.source) and brought to \(link.target)",
      predictedSeconds: max(1, (Double(bytes) / rate).rounded(.up)))
  }

  private func reverse(_ id: LinkID, _ link: ReplicationLinkSnapshot) -> [Plan.Step] {
    [
      Plan.Step(
        title: "advance sequences", action: .sync(.advanceSequences(id)),
        predictedEffect: "sequences at \(link.target) stand past those at \(link.source)", predictedSeconds: 1),
      Plan.Step(
        title: "look for what is left", action: .sync(.confirmDrained(id)),
        predictedEffect: "nothing more can come from \(link.source): no change is left in its log, and no transaction "
          + "that has written is open", predictedSeconds: 2),
      Plan.Step(
        title: "reverse", action: .sync(.reverse(id, source: link.target)),
        predictedEffect: "a slot is made at \(link.target), then the old one dropped; changes go "
          + "\(link.target) → \(link.source)", predictedSeconds: 3, isPointOfNoReturn: true),
    ]
  }
}

/// Sizes for a person.
enum Bytes {
  static func text(_ bytes: UInt64?) -> String {
    guard let bytes else { return "an unknown amount" }
    guard bytes >= 1000 else { return "\(bytes) B" }
    var value = Double(bytes)
    for unit in ["kB", "MB", "GB", "TB"] {
      value /= 1000
      guard value >= 999.5, unit != "TB" else {
        let tenths = Int((value * 10).rounded())
        return value < 9.95 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
      }
    }
    return "\(bytes) B"
  }
}
