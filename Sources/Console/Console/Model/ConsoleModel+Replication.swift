import Operations

/// What the replication view shows now, whatever its cursors were put on before.
extension ConsoleModel {
  var links: [ReplicationLinkSnapshot] { snapshot?.replication ?? [] }

  /// The link that is looked at, or that a command without a link means.
  var link: ReplicationLinkSnapshot? {
    links.first { $0.id == replicationView?.link } ?? links.first
  }

  /// The tables of the link as they are listed: those that need a look first, else in the host's order.
  var shownTables: [ReplicatedTable] { link.map(ConsoleModel.inOrder) ?? [] }

  static func inOrder(_ link: ReplicationLinkSnapshot) -> [ReplicatedTable] {
    link.tables.filter(\.needsLook) + link.tables.filter { !$0.needsLook }
  }

  /// The table under the cursor.
  var table: ReplicatedTable? {
    let tables = shownTables
    return tables.first { $0.name == replicationView?.table } ?? tables.first
  }

  /// What stands under a cursor stays there, whatever comes to stand before it: the next key is meant for it.
  mutating func holdReplicationCursors() {
    guard var view = replicationView else { return }
    // What a host that has just begun does not know yet comes back.
    view.link = link?.id ?? view.link
    view.table = table?.name ?? view.table
    view.conflict = conflict?.id ?? view.conflict
    replicationView = view
  }

  /// What was read of the link that is shown; nil for what was read of another.
  var conflictReading: Reading<[ReplicationConflict]>? {
    replicationView?.conflicts.flatMap { $0.link == link?.id ? $0 : nil }
  }

  var shownConflicts: [ReplicationConflict] { conflictReading?.value ?? [] }

  var conflict: ReplicationConflict? {
    let conflicts = shownConflicts
    return conflicts.first { $0.id == replicationView?.conflict } ?? conflicts.first
  }

  var differenceReading: Reading<[TableDifference]>? {
    replicationView?.differences.flatMap { $0.link == link?.id ? $0 : nil }
  }

  /// The differing rows of the table under the cursor.
  var shownDifferences: [TableDifference] {
    guard let table, let rows = differenceReading?.value else { return [] }
    return rows.filter { $0.table == table.name }
  }

  /// The page that is open; a link that is gone takes what was read of it along.
  var replicationPage: ReplicationView.Page {
    switch replicationView?.page {
    case .conflicts where conflictReading != nil: .conflicts
    case .conflict where conflict != nil: .conflict
    case .differences where differenceReading != nil: .differences
    default: .tables
    }
  }

  /// The newest operation on the link that is shown.
  var linkOperation: OperationSnapshot? {
    guard let link else { return nil }
    return snapshot?.operations.first { $0.kind == .replication && $0.link == link.id }
  }

  /// Whether keys go to the panes of the main screen.
  var isOnMainScreen: Bool { dialogs.isEmpty && !isPageOpen }

  /// Whether something else than the main screen is below the dialogs.
  var isPageOpen: Bool { replicationView != nil || failoverView != nil || isDrillOpen }
}

extension ReplicatedTable {
  var needsLook: Bool {
    state == .parked || state == .refused || (lastVerify.map { $0.differences > 0 } ?? false)
  }
}
