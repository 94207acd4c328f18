import Operations

extension ConsoleModel {
  /// What a command asks of the link and the table under the cursors; nil where it asks nothing.
  func syncRequest(for command: Command) -> SyncRequest? {
    guard let link else { return nil }
    let tables = replicationView == nil ? nil : table.map { [$0.name] }
    return switch command {
    case .syncPause: link.state == .paused ? .resume(link.id) : .pause(link.id)
    case .syncVerify: tables.map { .verify(link.id, tables: $0) }
    case .syncVerifyAll: .verify(link.id, tables: [])
    case .syncBaseline: tables.map { .baseline(link.id, tables: $0) }
    case .syncRepair: tables.map { .repair(link.id, tables: $0) }
    case .syncNow: .now(link.id)
    case .syncReverse: .reverse(link.id)
    case .syncReapply:
      replicationPage == .conflict || replicationPage == .conflicts
        ? conflict.map { .reapply(link.id, conflict: $0.id, of: DiscardedRow($0)) } : nil
    default: nil
    }
  }

  /// Why a command of replication would do nothing now.
  func whyNotSync(_ command: Command) -> String? {
    if command == .replication { return snapshot == nil ? "nothing has been heard from the host yet" : nil }
    guard snapshot != nil else { return "nothing has been heard from the host yet" }
    guard let link else { return "no replication link is configured" }
    if let reason = whyNoPlan { return reason }
    if command == .syncConflicts {
      return link.conflicts == 0 ? "no conflict has been logged on \(Outside.text(link.id.rawValue))" : nil
    }
    if command == .syncReapply { return whyNotReapply }
    if command.needsTable, let reason = whyNotTable(command) { return reason }
    switch command {
    case .syncNow:
      if link.state == .paused { return "it is paused: \(label(.syncPause)) resumes it first" }
      return link.state == .blocked ? "it is blocked: \(label(.open)) says by what" : nil
    case .syncReverse:
      return link.mode == .streamBoth ? "it goes both ways already" : nil
    default: return nil
    }
  }

  private func whyNotTable(_ command: Command) -> String? {
    guard replicationView != nil else {
      return "choose a table first: \(label(.replication)), then \(glyphs.isASCII ? "Up/Down" : "↑↓")"
    }
    guard let table else { return "this link has no tables yet" }
    let name = Outside.text(table.name)
    if table.state == .refused { return "\(name) is refused: \(label(.open)) says why" }
    switch command {
    case .syncVerify where table.state != .streaming:
      return "\(name) is \(table.state.rawValue): there is nothing to compare yet"
    case .syncRepair, .syncDifferences:
      guard let verify = table.lastVerify else { return "\(name) was never verified: \(label(.syncVerify)) does" }
      return verify.differences == 0 ? "the last verify found no difference in \(name)" : nil
    default: return nil
    }
  }

  private var whyNotReapply: String? {
    guard replicationPage == .conflict || replicationPage == .conflicts, let conflict else {
      return "choose a conflict first: \(label(.syncConflicts)) lists them"
    }
    return conflict.reappliedAt.map { "it was put back at \($0.timeOfDay)Z" }
  }

  private func label(_ command: Command) -> String { Keymap.binding(for: command)?.barLabel(glyphs) ?? "" }

  /// Every change goes through a plan that is shown first.
  mutating func performSync(_ command: Command, at: Timestamp) -> [ConsoleEffect] {
    switch command {
    case .replication:
      replicationView = replicationView == nil ? ReplicationView() : nil
      failoverView = nil
      isDrillOpen = false
      return []
    case .syncConflicts: return readConflicts()
    case .syncDifferences: return readDifferences()
    default: return syncRequest(for: command).map { askPlan(.sync($0), at: at) } ?? []
    }
  }
}

extension Command {
  /// Whether it belongs to replication.
  var isSync: Bool {
    switch self {
    case .replication, .syncPause, .syncVerify, .syncVerifyAll, .syncBaseline, .syncRepair, .syncNow, .syncReverse,
      .syncConflicts, .syncDifferences, .syncReapply:
      true
    default: false
    }
  }

  fileprivate var needsTable: Bool {
    [.syncVerify, .syncBaseline, .syncRepair, .syncDifferences].contains(self)
  }
}
