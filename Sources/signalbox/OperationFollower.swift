import Operations

/// Prints an operation's steps as they end, until it has ended itself.
struct OperationFollower: Sendable {
  let id: OperationID
  let quiet: Bool

  /// - Throws: ``HostError/unreachable(_:)`` when the host stays away; the operation may go on there.
  func follow(_ client: any HostClient) async throws -> OperationSnapshot {
    var printed = 0
    var lostSince: Timestamp?
    for await update in client.updates() {
      switch update {
      case .connection(.lost(let reason, let since)):
        lostSince = lostSince ?? since
        guard since - (lostSince ?? since) < .seconds(30) else {
          throw HostError.unreachable("\(reason); the operation \(id) may go on: signalbox journal")
        }
      case .connection: lostSince = nil
      case .snapshot(let snapshot):
        guard let operation = snapshot.operations.first(where: { $0.id == id }) else { continue }
        printed = report(operation, from: printed)
        if operation.state.isFinal { return operation }
      }
    }
    throw HostError.unreachable("the host ended; the operation \(id) is resumed by the next one")
  }

  private func report(_ operation: OperationSnapshot, from first: Int) -> Int {
    var next = first
    while next < operation.steps.count, ![.pending, .running].contains(operation.steps[next].state) {
      let step = operation.steps[next]
      if !quiet { print("  \(step.state.rawValue)  \(step.title): \(EventText.clean(step.detail))") }
      next += 1
    }
    return next
  }
}
