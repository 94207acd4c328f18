import Operations

extension Host {
  /// What a link has logged of changes that did not know of each other; see ``LocalHostClient``.
  func conflicts(of link: LinkID, newest limit: Int) async throws -> [ReplicationConflict] {
    try await links(with: link).conflicts(of: link, newest: limit)
  }

  /// What the last comparisons of a link's tables found to differ.
  func differences(of link: LinkID, limit: Int) async throws -> [TableDifference] {
    try await links(with: link).differences(of: link, limit: limit)
  }

  private func links(with link: LinkID) throws -> any ReplicationLinks {
    guard let links = parts.replication else {
      throw HostError.invalidRequest("there is no replication link '\(link)'; none is configured")
    }
    return links
  }
}
