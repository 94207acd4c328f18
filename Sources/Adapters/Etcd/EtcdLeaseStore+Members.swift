extension EtcdLeaseStore {
  /// One endpoint, and what it said when it was asked by itself.
  public struct Member: Sendable, Equatable {
    /// `ops1:2379`.
    public var endpoint: String
    /// `etcd 3.4.23`; nil where it cannot be used.
    public var version: String?
    /// Why not.
    public var fault: String?
  }

  /// Asks every endpoint by itself, in the order of the settings. Changes nothing.
  public func members() async -> [Member] {
    var members: [Member] = []
    for endpoint in gateway.settings.endpoints {
      var member = Member(endpoint: EtcdGateway.shown(endpoint))
      do {
        let status: EtcdStatus = try await gateway.ask("maintenance/status", EtcdQuestion.Nothing(), of: endpoint)
        if (status.leader?.value ?? 0) == 0 {
          member.fault = "its cluster has no leader; are most of its members up?"
        } else {
          member.version = "etcd \(EtcdText.bounded(status.version, to: 20))"
        }
      } catch {
        member.fault = "\(error)"
      }
      members.append(member)
    }
    return members
  }
}
