import CellGrid
import Operations

extension Command {
  /// Whether it belongs to failover.
  var isFailover: Bool {
    switch self {
    case .failoverPage, .failover, .failback, .evacuate, .rejoin, .pauseAutomation, .acknowledge, .stopCountdown,
      .pauseOperation, .abortOperation:
      true
    default: false
    }
  }
}

extension ConsoleModel {
  /// Why a command of failover would do nothing now.
  func whyNotFailover(_ command: Command) -> String? {
    guard snapshot != nil else { return "nothing has been heard from the host yet" }
    switch command {
    case .failoverPage: return nil
    case .pauseOperation, .abortOperation: return whyNotSteer(command == .abortOperation ? .abort : .pause)
    default: break
    }
    guard let failover else { return "no failover is configured" }
    switch command {
    case .failover, .failback, .evacuate, .rejoin:
      if let reason = whyNoPlan { return reason }
      return requests(for: command).isEmpty ? "there is no other cloud" : nil
    case .pauseAutomation: return nil
    case .stopCountdown: return countdown == nil ? "no countdown runs" : nil
    case .acknowledge:
      return failover.awaitsPerson ? nil : "nothing that it did by itself waits to be acknowledged"
    default: return nil
    }
  }

  func whyNotSteer(_ control: OperationControl) -> String? {
    guard let operation = steeredOperation else { return "no operation is running" }
    if let reason = whyNoPlan { return reason }
    return control == .abort ? operation.whyNotAbort : nil
  }

  /// Every plan that a key could mean now, the likeliest first.
  func requests(for command: Command) -> [FailoverRequest] {
    switch command {
    case .failover: isPrimaryDown ? successors.map { .failover(to: $0) } : switches
    case .failback: successors.map { .failback(to: $0) }
    case .evacuate: chosenCard.map { [.evacuate($0)] } ?? evacuations
    case .rejoin: rejoins
    default: []
    }
  }

  /// The cloud whose card has the focus, where that is to be seen.
  private var chosenCard: CloudID? {
    focus == .clouds && !isPageOpen ? cloud : nil
  }

  /// A primary that is well is switched; of one that is not known to be well, a person has to say what is meant.
  private var switches: [FailoverRequest] {
    let planned = successors.map { FailoverRequest.switchover(to: $0) }
    if let primary = standingPrimary, shownHealth(of: primary) == .healthy, snapshot?.primary != nil { return planned }
    return planned + successors.map { .failover(to: $0) }
  }

  /// Those that are not well first, for it is them that users are to be kept from.
  private var evacuations: [FailoverRequest] {
    let order = cloudIDs.sorted { shownHealth(of: $0) != .healthy && shownHealth(of: $1) == .healthy }
    return order.map { .evacuate($0) }
  }

  private var rejoins: [FailoverRequest] {
    let waiting = needsRejoin.map { [$0] } ?? cloudIDs.filter { $0 != standingPrimary }
    return waiting.flatMap { cloud in RejoinMethod.allCases.map { .rejoin(cloud, $0) } }
  }

  mutating func performFailover(_ command: Command, at: Timestamp) -> [ConsoleEffect] {
    switch command {
    case .failoverPage:
      failoverView = failoverView == nil ? FailoverView() : nil
      replicationView = nil
      isDrillOpen = false
      return []
    case .failover, .failback, .evacuate, .rejoin: return choose(requests(for: command), of: command, at: at)
    case .pauseAutomation: return isAutomationPaused ? confirm(.automation(.resume), at: at) : tell(.pause)
    case .stopCountdown: return tell(.stopCountdown)
    case .acknowledge: return confirm(.automation(.acknowledge), at: at)
    case .pauseOperation:
      guard let operation = steeredOperation else { return [] }
      return confirm(.operation(operation.id, operation.isPaused ? .resume : .pause), at: at)
    case .abortOperation: return steeredOperation.map { confirm(.operation($0.id, .abort), at: at) } ?? []
    default: return []
    }
  }

  /// One request goes straight to its plan; among several, the operator chooses.
  mutating func choose(_ requests: [FailoverRequest], of command: Command, at: Timestamp) -> [ConsoleEffect] {
    guard let first = requests.first else { return [] }
    if requests.count == 1 { return askPlan(.failover(first), at: at) }
    notice = nil
    let title = Keymap.binding(for: command)?.short.capitalizedFirst ?? ""
    dialogs.append(.choice(ChoiceDialog(title: title, options: requests, guardedSince: at)))
    return [.dropTypeAhead]
  }

  mutating func confirm(_ subject: Confirmation.Subject, at: Timestamp) -> [ConsoleEffect] {
    notice = nil
    dialogs.append(.confirm(Confirmation(subject: subject, guardedSince: at)))
    return [.dropTypeAhead]
  }

  /// Told at once: it takes liberty from the automation.
  private mutating func tell(_ change: AutomationChange) -> [ConsoleEffect] {
    ticket += 1
    notice = Notice(kind: .done, text: change.asking, shownUntil: now + .seconds(10))
    return [.change(change, ticket: ticket)]
  }
}

extension AutomationChange {
  /// While the host is being told.
  var asking: String {
    switch self {
    case .pause: "telling the host to pause the automation"
    case .resume: "telling the host to resume the automation"
    case .acknowledge: "telling the host that it has been seen"
    case .stopCountdown: "telling the host to stop the countdown"
    }
  }

  /// Once it has been told.
  var done: String {
    switch self {
    case .pause: "the automation is paused: nothing fails over without a person"
    case .resume: "the automation goes on"
    case .acknowledge: "acknowledged: the automation may act again"
    case .stopCountdown: "the countdown is stopped: it proposes, and a person decides"
    }
  }
}

extension OperationControl {
  var done: String {
    switch self {
    case .pause: "pausing: nothing more begins after the step that runs"
    case .resume: "the plan goes on"
    case .abort: "aborting: what was done is taken back"
    }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
