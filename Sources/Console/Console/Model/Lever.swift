import Operations

/// A row of the levers pane.
struct Lever: Equatable {
  enum Action: Equatable {
    case shift
    case undo(OperationID)
    /// One request, or several to choose among.
    case move([FailoverRequest])
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
  /// Whether its key would pull it now: one key pulls failover or switchover, as things are.
  var isKeyed = true
  /// Whether it is the one that would help first.
  var isHelpful = false
}

extension ConsoleModel {
  /// The levers as they stand now: in trouble the one that would help first, then those of the host, and undo where there
  /// is something to take back.
  var levers: [Lever] {
    let all = (snapshot?.levers ?? []).map(lever)
    var levers = all.filter(\.isHelpful) + all.filter { !$0.isHelpful }
    if let undoable {
      levers.append(
        Lever(
          action: .undo(undoable.id), command: .undo, title: "undo", cost: undoable.title, holds: [],
          disabled: whyNoExecution(of: undoable.kind, link: undoable.link, request: undoable.request)))
    }
    return levers
  }

  private func lever(_ lever: LeverSnapshot) -> Lever {
    let holds = lever.holds.filter(\.isBlocked)
    guard let command = lever.kind.command else {
      return Lever(
        action: .shift, command: .open, title: lever.title, cost: lever.cost, holds: holds,
        disabled: whyNoExecution(of: .weights))
    }
    let requests = requests(for: lever.kind, titled: lever.title)
    var made = Lever(
      action: .move(requests), command: command, title: lever.title, cost: lever.cost, holds: holds,
      disabled: whyNoExecution(of: .failover) ?? (requests.isEmpty ? "there is no other cloud" : nil))
    made.isKeyed = self.requests(for: command).contains { $0.lever == lever.kind }
    made.isHelpful = helpfulRequest.map(requests.contains) ?? false
    return made
  }

  /// What a lever of the host asks for; of several, those whose cloud its title names.
  private func requests(for kind: LeverSnapshot.Kind, titled title: String) -> [FailoverRequest] {
    let all: [FailoverRequest] =
      switch kind {
      case .weights: []
      case .failover: successors.map { .failover(to: $0) }
      case .switchover: successors.map { .switchover(to: $0) }
      case .evacuate: cloudIDs.map { .evacuate($0) }
      case .failback: successors.map { .failback(to: $0) }
      case .rejoin: requests(for: .rejoin)
      }
    let words = title.split(separator: " ")
    let named = all.filter { request in request.subject.map { words.contains(Substring($0.rawValue)) } ?? false }
    return named.isEmpty ? all : named
  }

  var selectedLever: Lever? {
    let levers = self.levers
    guard !levers.isEmpty else { return nil }
    return levers[min(max(0, leverIndex), levers.count - 1)]
  }
}

extension LeverSnapshot.Kind {
  /// The command that pulls it; nil for the weights, which are staged first.
  var command: Command? {
    switch self {
    case .weights: nil
    case .failover, .switchover: .failover
    case .evacuate: .evacuate
    case .failback: .failback
    case .rejoin: .rejoin
    }
  }
}
