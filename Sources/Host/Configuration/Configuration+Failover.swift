public import FailoverEngine
import Operations

extension Configuration {
  /// How failover is decided and planned.
  public struct Failover: Sendable, Equatable {
    public var policy: FailoverPolicy
    /// Least time between two moves of the right to write.
    public var roleInterval: Duration
    /// Share of requests under which a cloud is drained, 0 to 1.
    public var residualShare: Double
  }

  /// What the policy must fit.
  var surroundings: PolicySurroundings {
    let probing = probing
    var surroundings = PolicySurroundings(
      ttl: recordSet.ttl,
      // The first failure may come an interval after the fault, and the last one takes its whole time to fail.
      detection: probing.interval * probing.failures + probing.timeout,
      vantageNetworks: vantages.map(\.network), clouds: clouds.map(\.id),
      databases: clouds.filter { $0.database != nil }.map(\.id), links: replication.map { ($0.source, $0.target) })
    surroundings.lockDelay = lease.etcd?.lockDelay
    return surroundings
  }
}
