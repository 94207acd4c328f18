import Operations

/// The user load over all clouds.
enum TrafficLoad {
  /// Requests per second in all; nil unless every cloud that can be observed was, lately. A cloud that is down serves
  /// nothing and counts as nothing.
  static func requestsPerSecond(in snapshot: Snapshot, now: Timestamp) -> Double? {
    var sum = 0.0
    var known = false
    for cloud in snapshot.clouds {
      if let rate = cloud.requestsPerSecond?.fresh(at: now) {
        sum += rate
        known = true
      } else if cloud.verdict.value.health != .down {
        return nil
      }
    }
    return known ? sum : nil
  }
}
