public import Operations

/// Whether a service is in the state in which a drill begins.
public enum DrillReadiness: Sendable, Equatable {
  case ready(DrillClouds)
  /// What is missing, for a person.
  case notYet(String)

  /// - Parameter primary: that of the first run; nil for any.
  public init(_ snapshot: Snapshot, primary: CloudID? = nil) {
    guard let standing = snapshot.primary else {
      self = .notYet("it is not known which database takes the writes")
      return
    }
    if let primary, primary != standing {
      self = .notYet("the primary is \(standing), and was \(primary) before")
      return
    }
    if let unwell = snapshot.clouds.first(where: { $0.verdict.value.health != .healthy }) {
      self = .notYet("\(unwell.id) is \(unwell.verdict.value.health.rawValue)")
      return
    }
    if let running = snapshot.runningOperation, !running.onlyWatches {
      self = .notYet("an operation is running: \(running.title)")
      return
    }
    if let link = snapshot.replication.first(where: { $0.source == standing && $0.state != .streaming }) {
      self = .notYet("the link \(link.id) is \(link.state.rawValue)")
      return
    }
    if let failover = snapshot.failover, failover.state != .watching {
      self = .notYet("the failover engine is \(failover.state.rawValue)")
      return
    }
    guard let secondary = snapshot.clouds.first(where: { $0.id != standing })?.id else {
      self = .notYet("there is no second cloud")
      return
    }
    self = .ready(DrillClouds(primary: standing, secondary: secondary))
  }
}
