import CellGrid
import Operations

/// Replication for a person.
enum SyncText {
  /// `aws-azure  aws → azure  stream  STREAMING  lag 0.0 s, 0 B`.
  static func line(_ link: ReplicationLinkSnapshot, at now: Timestamp) -> String {
    let lag = link.lag?.fresh(at: now).map { "\(Decimals.text($0.appliedSeconds, places: 1)) s, \($0.appliedBytes) B" }
    return "\(link.id)  \(link.source) → \(link.target)  \(link.mode.rawValue)  \(link.state.rawValue.uppercased())"
      + "  lag \(lag ?? "unknown")" + (link.conflicts > 0 ? "  \(conflicts(link.conflicts))" : "")
  }

  static func write(_ link: ReplicationLinkSnapshot, at now: Timestamp) -> String {
    var lines = [line(link, at: now)]
    lines += link.reasons.map { "  ! \(EventText.clean($0))" }
    if let lag = link.lag?.fresh(at: now) {
      lines.append(
        "  received  \(Decimals.text(lag.receivedSeconds, places: 1)) s, \(lag.receivedBytes) B behind   "
          + "\(Decimals.text(link.rowsPerSecond, places: 1)) rows/s, "
          + "\(Decimals.text(link.transactionsPerSecond, places: 1)) transactions/s")
    }
    if let slot = link.slot?.fresh(at: now) {
      if let alarm = link.slotAlarm { lines.append("  ! \(Self.alarm(alarm, slot, link))") }
      let room = slot.safeBytes.map { ", lost after \($0) B more" } ?? ""
      lines.append("  slot      \(EventText.clean(slot.name)) keeps \(slot.retainedBytes) B at \(link.source)\(room)")
    }
    if let skew = link.clockSkewSeconds {
      lines.append("  clocks    \(Decimals.text(abs(skew) * 1000, places: 0)) ms apart")
    }
    if let baseline = link.baseline {
      let rest = baseline.remainingSeconds.map { ", \(Int($0.rounded(.up))) s to go" } ?? ""
      lines.append(
        "  copy      \(baseline.tablesDone)/\(baseline.tablesTotal) tables, "
          + "\(baseline.bytesDone)/\(baseline.bytesTotal) B\(rest)")
      lines += baseline.rebuilding.map { "  making    \(EventText.clean($0)) at \(link.target)" }
    }
    let width = link.tables.map(\.name.count).max() ?? 0
    lines += link.tables.map { table($0, of: link, width: width) }
    return lines.joined(separator: "\n")
  }

  private static func alarm(
    _ alarm: SlotAlarm, _ slot: ReplicationLinkSnapshot.Slot, _ link: ReplicationLinkSnapshot
  ) -> String {
    switch alarm {
    case .lost: "the slot is past its limit, and lost at the next checkpoint if not already"
    case .near, .short:
      slot.safeBytes == nil
        ? "\(link.source) keeps more than \(link.logAlarmBytes) B of log (log-alarm), and sets no limit itself: "
          + "let the link catch up before its disk is full, or give it up"
        : "the slot is \(alarm.rawValue) its limit: let the link catch up, or raise max_slot_wal_keep_size at \(link.source)"
    }
  }

  static func verify(_ summary: VerifySummary) -> String {
    if let failure = summary.failure { return "not compared: \(EventText.clean(failure))" }
    let moving =
      (summary.inFlight > 0 ? ", \(summary.inFlight) were in flight" : "")
      + (summary.undecidedWords.map { "; \($0)" } ?? "")
    guard summary.differences > 0 else {
      return "\(summary.isEqual ? "equal" : "no row differs that rests"), \(summary.rowsCompared) rows\(moving)"
    }
    let rest = summary.endedEarly ? "; no more were looked for: copy the table anew" : ""
    return "\(summary.differencesWords) of \(summary.rowsCompared) rows differ (\(summary.missing) missing, "
      + "\(summary.surplus) surplus, \(summary.unlike) unlike)\(moving)\(rest)"
  }

  static func conflict(_ conflict: ReplicationConflict) -> String {
    let winner = conflict.kept.map { "\($0.node) \($0.committedAt)" } ?? "nobody"
    let kept = conflict.keptIsDeleted ? "deletion" : "version"
    let discarded = conflict.discardedIsDeleted ? "deletion" : "version"
    let again = conflict.reappliedAt.map { "; put back at \($0)" } ?? ""
    var lines = [
      "\(conflict.id)  \(conflict.detectedAt)  \(conflict.kind.rawValue)  \(conflict.table) \(conflict.key)",
      "  kept the \(kept) of \(winner), discarded the \(discarded) of \(conflict.discarded.node) "
        + "\(conflict.discarded.committedAt)\(again)",
    ]
    let isGone = conflict.kept == nil || conflict.keptIsDeleted
    for column in conflict.columns {
      let pair = TextPair(column.kept, column.discarded)
      guard pair.isUnlike else { continue }
      // Of a row that is not there no column says anything.
      lines.append("    \(column.name)")
      if !isGone { lines.append("      kept      \(pair.left)") }
      if !conflict.discardedIsDeleted { lines.append("      discarded \(pair.right)") }
    }
    return lines.map(EventText.clean).joined(separator: "\n")
  }

  private static func conflicts(_ count: Int) -> String {
    let limit = ReplicationConflict.countLimit
    return count < limit ? "\(count) conflicts" : "\(limit) conflicts or more"
  }

  private static func table(_ table: ReplicatedTable, of link: ReplicationLinkSnapshot, width: Int) -> String {
    let name = EventText.clean(table.name) + String(repeating: " ", count: max(0, width - table.name.count))
    let state = link.rests(table) ? link.state.rawValue : table.state.rawValue
    var words = ["  \(name)  \(state)", "\(table.rowsApplied) rows applied"]
    if let lag = table.lag, lag.bytes > 0 {
      words.append("\(Decimals.text(lag.seconds, places: 1)) s, \(lag.bytes) B behind")
    }
    if let share = table.baselineProgress {
      let rest = table.baselineRemainingSeconds.map { ", \(Int($0.rounded(.up))) s to go" } ?? ""
      words.append("\(Int(share * 100)) % copied\(rest)")
    }
    if table.conflicts > 0 { words.append(conflicts(table.conflicts)) }
    if let verify = table.lastVerify { words.append("\(verify.at.timeOfDay) \(Self.verify(verify))") }
    if let reason = table.reason { words.append(EventText.clean(reason)) }
    return words.joined(separator: "  ")
  }
}
