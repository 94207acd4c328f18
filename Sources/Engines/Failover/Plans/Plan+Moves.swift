import Operations

extension Plan {
  /// The cloud that gets the right to write; nil where none does.
  var promoted: CloudID? {
    for case .role(.promote(let cloud, _)) in steps.map(\.action) { return cloud }
    return nil
  }

  /// Whether a cloud gets the right to write, or a larger share of the traffic.
  func gains(_ cloud: CloudID) -> Bool {
    if cloud == promoted { return true }
    guard let wanted = wantedWeights, let standing = standingWeights else { return false }
    return wanted.share(of: cloud) > standing.share(of: cloud)
  }

  /// Whether the right to write moves once the secondary has everything.
  var isPlannedMove: Bool {
    switch request {
    case .failover(.switchover), .failover(.failback): true
    default: false
    }
  }

  /// Whether it leaves behind what was not replicated, or it is not known whether it does.
  var mayLose: Bool {
    prediction.lossIsUnknown
      || steps.contains {
        if case .role(.measureLoss) = $0.action { return true }
        return false
      }
  }

  /// The link that is waited for, as the snapshot has it.
  func drainedLink(in snapshot: Snapshot) -> ReplicationLinkSnapshot? {
    for case .sync(.drain(let link)) in steps.map(\.action) { return snapshot.link(link) }
    return nil
  }
}
