extension PlanRunner {
  /// Operations that have begun here and have not ended.
  public var unfinished: [OperationSnapshot] { machines.values.map(\.snapshot).filter { !$0.state.isFinal } }

  /// Pauses, resumes or aborts a running operation, on `actor`'s behalf. What they said is in the journal when this
  /// returns, so that a crash does not forget it.
  ///
  /// A step that changes something is brought to its end; one that watches or waits is cut short by an abort.
  ///
  /// - Throws: ``HostError/invalidRequest(_:)`` when no such operation runs, it is past its point of no return, or what
  ///   was said does not fit; ``HostError/failed(_:)`` when it could not be made durable, and nothing changes.
  public func control(_ id: OperationID, _ control: OperationControl, actor: String) async throws {
    guard let machine = machines[id], !machine.snapshot.state.isFinal else {
      throw HostError.invalidRequest("no operation \(id) is running")
    }
    if let reason = machines[id]?.ask(control) { throw HostError.invalidRequest(reason) }
    // An intent on its way to the disk comes first, so that the journal tells it in the order in which it happened.
    _ = await appending[id]?.value
    do {
      _ = try await journal.append(.init(at: clock.now(), operation: id, actor: actor, kind: .controlled(control)))
    } catch {
      machines[id]?.withdraw()
      wake(id)
      throw HostError.failed("nothing was changed: \(error)")
    }
    let refusal = machines[id]?.decide(by: actor)
    if control == .abort, refusal == nil, machines[id]?.isWatching == true { performing[id]?.cancel() }
    wake(id)
    await report(id)
    if let refusal { throw HostError.invalidRequest(refusal) }
  }
}
