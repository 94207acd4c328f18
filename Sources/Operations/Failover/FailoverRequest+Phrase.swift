extension FailoverRequest {
  /// What is asked for, in the middle of a sentence: `fail over to azure`.
  public var phrase: String {
    switch self {
    case .shift(let weights, let stages):
      "shift traffic to \(weights)" + (stages > 1 ? " in \(stages) stages" : "")
    case .evacuate(let cloud): "evacuate \(cloud)"
    case .switchover(let cloud): "switch over to \(cloud)"
    case .failover(let cloud): "fail over to \(cloud)"
    case .rejoin(let cloud, let method): "take \(cloud) in again (\(method.rawValue))"
    case .failback(let cloud): "fail back to \(cloud)"
    }
  }
}
