import Operations

/// A row of the levers pane.
struct Lever: Equatable {
  enum Action: Equatable {
    case shift
    case undo(OperationID)
  }

  var action: Action
  var command: Command
  var title: String
  /// What it would cost now; nil while that is not known or something holds it.
  var cost: String?
  /// What holds it, the most telling first.
  var holds: [InterlockVerdict]
  /// Why its key does nothing now, though no interlock holds it.
  var disabled: String?
}

extension ConsoleModel {
  /// The levers as they stand now: those of the host, and undo where there is something to take back.
  var levers: [Lever] {
    var levers: [Lever] = (snapshot?.levers ?? []).map { lever in
      Lever(
        action: .shift, command: .open, title: lever.title, cost: lever.cost, holds: lever.holds.filter(\.isBlocked),
        disabled: whyNoExecution(of: .weights))
    }
    if let undoable {
      levers.append(
        Lever(
          action: .undo(undoable.id), command: .undo, title: "undo", cost: undoable.title, holds: [],
          disabled: whyNoExecution(of: undoable.kind, link: undoable.link)))
    }
    return levers
  }

  var selectedLever: Lever? {
    let levers = self.levers
    guard !levers.isEmpty else { return nil }
    return levers[min(max(0, leverIndex), levers.count - 1)]
  }
}
