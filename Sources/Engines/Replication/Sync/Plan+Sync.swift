import Operations

extension Plan {
  /// What a plan of replication was asked for; nil for any other.
  var syncRequest: SyncRequest? {
    if case .sync(let request) = request { return request }
    return nil
  }

  /// The link that it is about, as the snapshot has it.
  func syncLink(in snapshot: Snapshot) -> ReplicationLinkSnapshot? {
    syncRequest.flatMap { snapshot.link($0.link) }
  }
}

extension ReplicationLinkSnapshot {
  /// The named tables, or all that are taken in when none is.
  func taken(_ names: [String]) -> [ReplicatedTable] {
    names.isEmpty ? tables.filter { $0.state != .refused } : tables.filter { names.contains($0.name) }
  }
}
