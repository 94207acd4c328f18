import Operations

extension ReplicationLinkSnapshot {
  /// The line in the card of the link's target: bytes as the link measures them, seconds as the heartbeat tells them
  /// from outside where the link carries it. What slots and heartbeat tell where the link has not measured yet, or
  /// PostgreSQL's own subscription does the work.
  func cardLag(_ measured: Observation<ReplicationLag>?, at now: Timestamp) -> Observation<ReplicationLag>? {
    guard mode != .native, let lag else { return measured }
    let flows = state == .streaming || state == .catchingUp
    let carriesHeartbeat = tables.contains { $0.name == "signalbox.heartbeat" && $0.state == .streaming }
    // An old heartbeat says nothing under the link's time.
    let heartbeat = carriesHeartbeat ? measured?.fresh(at: now)?.lagSeconds : nil
    let seconds = heartbeat ?? lag.value.appliedSeconds
    let line = ReplicationLag(lagBytes: lag.value.appliedBytes, lagSeconds: seconds, streaming: flows)
    return Observation(line, source: "link \(id)", observedAt: lag.observedAt, staleAfter: lag.staleAfter)
  }
}
