import CellGrid
import Operations

/// What the failover engine says, as keys and panes need it.
extension ConsoleModel {
  var failover: FailoverSnapshot? { snapshot?.failover }

  var isAutomationPaused: Bool { failover?.isPaused ?? (snapshot?.automation == .paused) }

  /// Time until the engine acts by itself, zero when it is due; nil unless it counts down.
  var countdown: Duration? {
    guard let failover, failover.state == .countdown, let actsAt = failover.actsAt, !failover.isPaused else {
      return nil
    }
    return max(.zero, actsAt - now)
  }

  /// Whole seconds, rounded up: the last one counts until it is over.
  var countdownSeconds: Int? { countdown.map { Int(($0 + .milliseconds(999)).components.seconds) } }

  /// Whether a letter would go into a line that is being typed.
  var isTyping: Bool {
    switch dialogs.last {
    case .palette: true
    case .plan(let plan): !plan.words.isEmpty
    case nil: filter.isEditing
    default: false
    }
  }

  /// The cloud that takes writes, or did until it was lost.
  var standingPrimary: CloudID? {
    if let primary = snapshot?.primary { return primary }
    guard let failover else { return nil }
    let claims = failover.roles.filter { $0.role.value.standing == .primary }
    return claims.max { $0.role.value.generation < $1.role.value.generation }?.cloud
  }

  /// Clouds that could become primary, the one that the engine would choose first.
  var successors: [CloudID] {
    let others = cloudIDs.filter { $0 != standingPrimary }
    guard let wanted = failover?.request?.target, others.contains(wanted) else { return others }
    return [wanted] + others.filter { $0 != wanted }
  }

  /// Whether the primary is known to be down, by its verdict or by the engine's.
  var isPrimaryDown: Bool {
    guard let primary = standingPrimary else { return false }
    if let failover, failover.subject == primary, failover.state.isTrouble { return true }
    return shownHealth(of: primary) == .down
  }

  func shownHealth(of cloud: CloudID) -> Health {
    snapshot?.cloud(cloud).map { CloudCard.shownHealth($0, now: now) } ?? .unknown
  }

  /// What would help first as things are; nil while nothing is wrong.
  var helpfulRequest: FailoverRequest? {
    guard let snapshot, failover != nil, failover?.state != .cutOff else { return nil }
    if isPrimaryDown { return successors.first.map { .failover(to: $0) } }
    let lost = snapshot.clouds.first { cloud in
      cloud.id != standingPrimary && shownHealth(of: cloud.id) == .down && (configured?[cloud.id] ?? 0) > 0
    }
    if let lost { return .evacuate(lost.id) }
    if let primary = snapshot.primary, shownHealth(of: primary) == .degraded {
      return successors.first.map { .switchover(to: $0) }
    }
    return needsRejoin.map { .rejoin($0, .rebuild) }
  }

  /// A cloud whose database answers and had a role once, while no link feeds it: an old primary to be taken in.
  var needsRejoin: CloudID? {
    guard let failover, !links.isEmpty || failover.writers(at: now).count > 1, let primary = standingPrimary else {
      return nil
    }
    return failover.roles.first { view in
      view.cloud != primary && (view.role.fresh(at: now).map { $0.standing != .unclaimed } ?? false)
        && !links.contains { $0.target == view.cloud || $0.mode == .streamBoth }
    }?.cloud
  }

  /// The operation whose progress is shown and steered: one of failover before others.
  var steeredOperation: OperationSnapshot? {
    let running = snapshot?.operations.filter { !$0.state.isFinal } ?? []
    return running.first { $0.kind == .failover } ?? running.first
  }

  /// A failover, switchover or the like that runs.
  var failoverOperation: OperationSnapshot? { steeredOperation.flatMap { $0.kind == .failover ? $0 : nil } }
}

extension FailoverRequest {
  /// The cloud that gets the writes; nil where none does.
  var target: CloudID? {
    switch self {
    case .switchover(let cloud), .failover(let cloud), .failback(let cloud): cloud
    case .shift, .evacuate, .rejoin: nil
    }
  }

  /// The cloud whose name is typed to arm it.
  var subject: CloudID? {
    switch self {
    case .evacuate(let cloud), .rejoin(let cloud, _): cloud
    default: target
    }
  }

  /// The lever that asks for it.
  var lever: LeverSnapshot.Kind {
    switch self {
    case .shift: .weights
    case .evacuate: .evacuate
    case .switchover: .switchover
    case .failover: .failover
    case .rejoin: .rejoin
    case .failback: .failback
    }
  }
}

extension FailoverSnapshot {
  /// The clouds whose databases take writes; there should be one.
  func writers(at now: Timestamp) -> [CloudID] {
    roles.filter { $0.role.fresh(at: now)?.takesWrites == true }.map(\.cloud)
  }

  /// Whether something that it did by itself is yet to be acknowledged.
  var awaitsPerson: Bool { state == .acted || acknowledgeBy != nil }
}

extension FailoverSnapshot.State {
  /// Whether a cloud is down for certain.
  var isTrouble: Bool {
    switch self {
    case .confirmed, .countdown, .proposing: true
    case .watching, .suspecting, .acting, .acted, .cutOff: false
    }
  }
}
