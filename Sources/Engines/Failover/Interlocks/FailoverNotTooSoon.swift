import Operations

/// Traffic is not moved faster than clients follow, nor the right to write faster than one move can be judged.
///
/// A person may, by name. What the automation may do in a window is its policy's.
struct FailoverNotTooSoon: Interlock {
  let name = InterlockName("too-soon")
  let overridability = Overridability.byName
  let minimumInterval: Duration
  let roleInterval: Duration

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    if plan.reach == .traffic {
      return NotTooSoon(minimumInterval: minimumInterval).hold(on: plan, in: snapshot)
    }
    // An old primary is taken in again as soon as it is back.
    guard plan.promoted != nil, let last = lastMove(in: snapshot) else { return nil }
    let since = snapshot.generatedAt - last
    guard since < roleInterval else { return nil }
    return InterlockHold(
      reason: "the right to write moved \(max(0, since.components.seconds)) s ago; "
        + "\(roleInterval.components.seconds) s must pass",
      remedy: "wait \(Int((roleInterval - since).inSeconds.rounded(.up))) s")
  }

  /// When a move of the right to write last went past its point of no return.
  private func lastMove(in snapshot: Snapshot) -> Timestamp? {
    snapshot.operations.filter { $0.request?.movesRole == true }
      .compactMap { operation in
        operation.steps.first { $0.isPointOfNoReturn == true && $0.state == .done }?.endedAt
      }.max()
  }
}

extension LeverRequest {
  fileprivate var movesRole: Bool {
    switch self {
    case .failover(.switchover), .failover(.failover), .failover(.failback): true
    case .failover(.shift), .failover(.evacuate), .failover(.rejoin), .setWeights, .sync, .undo: false
    }
  }
}
