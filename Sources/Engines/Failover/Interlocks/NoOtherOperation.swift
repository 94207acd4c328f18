import Operations

/// Two operations that both change the world never run at once.
struct NoOtherOperation: Interlock {
  let name = InterlockName("operation-running")
  let overridability = Overridability.never

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard let running = snapshot.runningOperation, !running.onlyWatches else { return nil }
    return InterlockHold(
      reason: "“\(running.title)” by \(running.actor) is still changing things", remedy: "wait until it has ended")
  }
}
