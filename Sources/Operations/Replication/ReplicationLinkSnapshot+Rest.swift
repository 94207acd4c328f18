extension ReplicationLinkSnapshot {
  /// Whether nothing of the table comes because of the link alone: it has its copy, and nothing is wrong with it.
  public func rests(_ table: ReplicatedTable) -> Bool {
    table.state == .streaming && [.paused, .blocked, .retrying].contains(state)
  }
}
