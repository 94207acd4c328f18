import FailoverEngine
import Operations

extension Host {
  /// Takes the lease if it is free; then what a crash left unfinished goes on.
  func tryLease() async {
    guard lease == nil || !hasTakenUp else { return }
    do {
      if lease == nil {
        let held = try await parts.lease.acquire(holder: settings.holder)
        if let held { await failover?.keeper.inherit { try await held.word() } }
        await setLease(held)
        guard held != nil else { return await world.fault(nil, of: "lease", at: parts.wallClock.now()) }
      }
      for id in try await runner.resume() {
        await world.note(
          "operation \(id) goes on where it was interrupted", subject: "journal", severity: .warning,
          at: parts.wallClock.now())
      }
      hasTakenUp = true
      await world.fault(nil, of: "lease", at: parts.wallClock.now())
    } catch is CancellationError {
      return
    } catch {
      await world.fault("\(error)", of: "lease", at: parts.wallClock.now())
      guard lease == nil else { return }
      // Who keeps the lease may be out of reach; what is watched is not.
      switchLinks(running: false)
      await show(holder: nil)
    }
  }

  /// Asks for the lease until it is ours, and looks after it then.
  func keepLease() async {
    while !Task.isCancelled {
      try? await parts.clock.sleep(for: lease == nil ? .seconds(1) : .milliseconds(250))
      if let lease, !lease.stands { await lose(lease) }
      await tryLease()
    }
  }

  private func lose(_ lost: any HeldLease) async {
    let reason = await lost.recheck() ?? "it does not stand any more"
    await world.note("lost: \(reason)", subject: "lease", severity: .critical, at: parts.wallClock.now())
    await setLease(nil)
    await lost.release()
  }

  /// Gives the lease back, unless something is under way that may still change the world: its successor then has to
  /// wait until the lease ends by itself.
  func letGoOfLease() async {
    let isBusy = await world.operations.contains { !$0.state.isFinal && !$0.onlyWatches }
    let held = lease
    lease = nil
    await watch.set(nil)
    if !isBusy { await held?.release() }
  }

  /// Everything that goes by the lease hears of it here.
  func setLease(_ held: (any HeldLease)?) async {
    lease = held
    hasTakenUp = false
    await watch.set(held)
    switchLinks(running: held != nil)
    if held != nil {
      await show(holder: settings.holder)
    } else {
      // At once; finding out who has it now may take a while.
      if await world.lease.heldHere { await show(holder: nil) }
      let holder = await parts.lease.holder()
      if lease == nil { await show(holder: holder) }
    }
  }

  private func show(holder: String?) async {
    await world.setLease(LeaseSnapshot(holder: holder, heldHere: lease != nil, via: parts.lease.name))
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
