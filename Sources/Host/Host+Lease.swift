import Operations

extension Host {
  /// Takes the lease if it is free; then what a crash left unfinished goes on.
  func tryLease() async {
    guard lease == nil else { return }
    do {
      let lock = try LeaseLock.acquire(beside: settings.journalPath, holder: settings.holder)
      await setLease(lock)
      guard lock != nil else { return }
      for id in try await runner.resume() {
        await world.note(
          "operation \(id) goes on where it was interrupted", subject: "journal", severity: .warning,
          at: parts.wallClock.now())
      }
    } catch {
      await world.fault("\(error)", of: "lease", at: parts.wallClock.now())
    }
  }

  func keepLease() async {
    while !Task.isCancelled {
      try? await parts.clock.sleep(for: .seconds(2))
      if let lease, !lease.stands {
        await setLease(nil)
        await world.note(
          "lost: its file was removed or replaced", subject: "lease", severity: .critical, at: parts.wallClock.now())
      }
      await tryLease()
    }
  }

  /// The newest operations, and when the weights were last changed, as the journal has them.
  func recallOperations() async {
    guard let entries = try? await parts.journal.newest(400) else { return }
    var byOperation: [OperationID: [JournalEntry]] = [:]
    for entry in entries {
      if let id = entry.operation { byOperation[id, default: []].append(entry) }
    }
    let ended = byOperation.values.compactMap(OperationMachine.ended).sorted { $0.startedAt > $1.startedAt }
    await world.setOperations(Array(ended.prefix(8)))
    let changes = ended.filter { $0.kind == .weights }.flatMap(\.steps).filter { $0.mutates && $0.state == .done }
      .compactMap(\.endedAt)
    await world.setLastChanged(changes.max())
  }
}
