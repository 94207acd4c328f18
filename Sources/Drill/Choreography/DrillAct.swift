public import Lab
public import Operations

/// One act of a drill's choreography.
public enum DrillAct: Sendable, Equatable {
  /// Users come, and nothing is done to anything. Nothing of it is counted.
  case warmUp(seconds: Double)
  /// What all that follows is held against.
  case baseline(seconds: Double)
  /// The clock of the figures starts here.
  case inject(Fault)
  /// An operator pulls the lever. The clock of the figures starts here, unless a fault has started it.
  case ask(FailoverRequest)
  /// The host is to act by itself; where its policy leaves that to a person, this is asked in an operator's place.
  case awaitAction(FailoverRequest, seconds: Double)
  /// The host is killed when the running operation is at the step of this number, from 0, and started again.
  case crashHost(atStep: Int, seconds: Double)
  /// Nothing is done until so long after the clock of the figures has started.
  case observe(untilSeconds: Double)
  /// The rows that users were told of are looked for in the database that takes the writes.
  case countRows(inTheEnd: Bool)
  case heal
  /// Back to how it was before: rejoin, failback, weights, each by the host's own lever.
  case restore(primary: CloudID, RejoinMethod, seconds: Double)
  /// Users go on for so long, so that what was in doubt can be settled.
  case settle(seconds: Double)
  /// Users leave.
  case dismissUsers
  /// Both databases are compared, row by row, until they are equal or the time is over.
  case compareSides(seconds: Double)
  /// The rows of the run are taken away again, or each drill would be heavier than the one before.
  case removeRows

  /// For a person who waits, and for the timeline.
  public var phrase: String {
    switch self {
    case .warmUp: "users come"
    case .baseline: "the usual state is measured"
    case .inject(let fault): "fault: \(fault)"
    case .ask(let request): "an operator asks: \(request.phrase)"
    case .awaitAction: "the host is watched for its action"
    case .crashHost(let step, _): "the host is to be killed at step \(step + 1)"
    case .observe: "nothing is done; all is watched"
    case .countRows: "acknowledged rows are looked for"
    case .heal: "the fault is healed"
    case .restore: "all is put back as it was"
    case .settle: "users go on"
    case .dismissUsers: "users leave"
    case .compareSides: "both databases are compared"
    case .removeRows: "the rows of the drill are removed"
    }
  }
}

extension FailoverRequest {
  /// `switchover to azure`.
  var phrase: String {
    switch self {
    case .shift(let weights, _): "shift to \(weights)"
    case .evacuate(let cloud): "evacuate \(cloud)"
    case .switchover(let cloud): "switchover to \(cloud)"
    case .failover(let cloud): "failover to \(cloud)"
    case .rejoin(let cloud, let method): "rejoin \(cloud) by \(method.rawValue)"
    case .failback(let cloud): "failback to \(cloud)"
    }
  }
}
