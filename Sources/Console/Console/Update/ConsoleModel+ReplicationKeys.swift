import CellGrid
import Operations

/// What keys mean while the replication view is open; nil where they mean what they mean everywhere.
extension ConsoleModel {
  mutating func performInReplication(_ command: Command) -> [ConsoleEffect]? {
    switch command {
    case .focusNext, .right: changeLink(by: 1)
    case .focusPrevious, .left: changeLink(by: -1)
    case .up: moveInReplication(by: -1)
    case .down: moveInReplication(by: 1)
    case .pageUp: moveInReplication(by: -10)
    case .pageDown: moveInReplication(by: 10)
    case .first: moveInReplication(by: -10_000)
    case .last: moveInReplication(by: 10_000)
    case .open: openInReplication()
    case .back, .quit: leaveReplicationPage()
    default: return nil
    }
    return []
  }

  /// Why a key does nothing in the view; the outer nil where the view has no say.
  func whyDisabledInReplication(_ command: Command) -> String?? {
    switch command {
    case .focusNext, .focusPrevious, .left, .right:
      links.count < 2 ? "there is no other link" : .some(nil)
    case .open:
      switch replicationPage {
      case .tables: link == nil ? "no replication link is configured" : .some(nil)
      case .conflicts: conflict == nil ? "there is no conflict in the list" : .some(nil)
      case .conflict, .differences: "this is all there is of it"
      }
    case .stageMore, .stageLess, .stageOneMore, .stageOneLess, .filter: "not here: Esc leaves replication first"
    case .back, .quit: .some(nil)
    default: nil
    }
  }

  private mutating func changeLink(by steps: Int) {
    let ids = links.map(\.id)
    guard let link, let index = ids.firstIndex(of: link.id) else { return }
    var view = ReplicationView()
    view.link = ids[((index + steps) % ids.count + ids.count) % ids.count]
    replicationView = view
  }

  mutating func moveInReplication(by lines: Int) {
    guard var view = replicationView else { return }
    switch replicationPage {
    case .tables: view.table = ConsoleModel.moved(table?.name, by: lines, in: shownTables.map(\.name))
    case .conflicts: view.conflict = ConsoleModel.moved(conflict?.id, by: lines, in: shownConflicts.map(\.id))
    case .differences:
      let last = max(0, shownDifferences.count - 1)
      view.differenceIndex = min(max(0, min(view.differenceIndex, last) + lines), last)
    case .conflict:
      let limit = ReplicationPane.scrollLimit(in: self)
      view.scroll = min(max(0, min(view.scroll, limit) + lines), limit)
    }
    replicationView = view
  }

  private static func moved<Name: Equatable>(_ name: Name?, by lines: Int, in names: [Name]) -> Name? {
    guard !names.isEmpty else { return nil }
    let index = names.firstIndex { $0 == name } ?? 0
    return names[min(max(0, index + lines), names.count - 1)]
  }

  private mutating func openInReplication() {
    switch replicationPage {
    case .tables: if let link { dialogs.append(.link(link.id, table: table?.name, scroll: 0)) }
    case .conflicts:
      let chosen = conflict?.id
      replicationView?.conflict = chosen
      replicationView?.scroll = 0
      replicationView?.page = .conflict
    case .conflict, .differences: break
    }
  }

  private mutating func leaveReplicationPage() {
    notice = nil
    switch replicationPage {
    case .tables: replicationView = nil
    case .conflicts, .differences: replicationView?.page = .tables
    case .conflict: replicationView?.page = .conflicts
    }
  }

  /// A click on a row of the list puts the cursor there.
  mutating func clickInReplication(_ point: Point) {
    guard var view = replicationView, let row = ReplicationPane.row(at: point, in: self) else { return }
    switch replicationPage {
    case .tables: view.table = shownTables.indices.contains(row) ? shownTables[row].name : view.table
    case .conflicts: view.conflict = shownConflicts.indices.contains(row) ? shownConflicts[row].id : view.conflict
    case .differences: view.differenceIndex = shownDifferences.indices.contains(row) ? row : view.differenceIndex
    case .conflict: break
    }
    replicationView = view
  }
}
