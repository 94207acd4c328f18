import Operations

/// What a failover would lose, at most, from what replication tells. Pure.
///
/// A dead primary tells nothing any more. What the target lacked is known for the last time that it was measured; what
/// was committed after that, and until the old primary can have committed for the last time, is unseen and counts as
/// lost in full.
struct LossEstimator: Sendable, Equatable {
  struct Way: Sendable, Hashable {
    var source: CloudID
    var target: CloudID
  }

  /// A beat is written about once a second and read about once a second.
  static let heartbeatAllowance: Duration = .seconds(2)

  private var ways: [Way: LinkRecord] = [:]

  /// Takes in what the snapshot tells of every link, and of the heartbeat.
  mutating func took(_ snapshot: Snapshot, at now: Timestamp) {
    for link in snapshot.replication {
      let way = Way(source: link.source, target: link.target)
      var record = ways[way] ?? LinkRecord()
      record.took(link, heartbeat: snapshot.cloud(link.target)?.replication)
      ways[way] = record
    }
  }

  /// Nil where nothing was ever measured.
  ///
  /// - Parameter stop: when the source can have committed for the last time, as far as is known.
  func loss(from source: CloudID, to target: CloudID, until stop: Timestamp) -> Loss? {
    guard let record = ways[Way(source: source, target: target)] else { return nil }
    return record.loss(until: stop)
  }

  func hasWay(from source: CloudID, to target: CloudID) -> Bool { ways[Way(source: source, target: target)] != nil }
}
