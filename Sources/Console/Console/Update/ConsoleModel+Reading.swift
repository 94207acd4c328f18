import Operations

/// What is read from the host besides its snapshots. Nothing waits for it: a host that does not answer leaves a line on
/// the page, and every key works.
extension ConsoleModel {
  mutating func readConflicts() -> [ConsoleEffect] {
    guard let link else { return [] }
    ticket += 1
    var view = replicationView ?? ReplicationView()
    var reading = conflictReading ?? Reading(of: link.id)
    reading.ticket = ticket
    view.conflicts = reading
    view.page = .conflicts
    replicationView = view
    return [.readConflicts(link.id, newest: ReplicationView.rowLimit, ticket: ticket)]
  }

  mutating func readDifferences() -> [ConsoleEffect] {
    guard let link, var view = replicationView else { return [] }
    ticket += 1
    var reading = differenceReading ?? Reading(of: link.id)
    reading.ticket = ticket
    view.differences = reading
    view.differenceIndex = 0
    view.page = .differences
    replicationView = view
    return [.readDifferences(link.id, limit: ReplicationView.rowLimit, ticket: ticket)]
  }

  mutating func receive(_ conflicts: [ReplicationConflict], ticket: Int, at: Timestamp) {
    guard replicationView?.conflicts?.ticket == ticket else { return }
    replicationView?.conflicts?.take(conflicts, at: at)
    let logged = link?.conflicts ?? 0
    replicationView?.loggedWhenRead = logged
  }

  mutating func receive(_ differences: [TableDifference], ticket: Int, at: Timestamp) {
    guard replicationView?.differences?.ticket == ticket else { return }
    replicationView?.differences?.take(differences, at: at)
  }

  mutating func failReading(_ reason: String, ticket: Int) {
    if replicationView?.conflicts?.ticket == ticket { replicationView?.conflicts?.fail(reason) }
    if replicationView?.differences?.ticket == ticket { replicationView?.differences?.fail(reason) }
  }
}

extension Reading {
  fileprivate mutating func take(_ value: Value, at: Timestamp) {
    self.value = value
    readAt = at
    failure = nil
    ticket = nil
  }

  fileprivate mutating func fail(_ reason: String) {
    failure = reason
    ticket = nil
  }
}
