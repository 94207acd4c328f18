import Operations

/// One life of a controller's process: it can be stopped for a while, as by SIGSTOP, and killed.
///
/// Only the thread that runs the simulation touches it.
final class Process: @unchecked Sendable {
  let place: Place
  private(set) var isPaused = false
  private(set) var isDead = false
  /// What reached it while it stood still.
  private var held: [() -> Void] = []
  private var waits: [any Endable] = []
  /// It is stopped right before the next thing that it sends.
  var onNextSend: (() -> Void)?

  init(_ place: Place) { self.place = place }

  func deliver(_ action: @escaping () -> Void) {
    if isDead { return }
    if isPaused { held.append(action) } else { action() }
  }

  func pause() { isPaused = true }

  func resume() {
    guard isPaused, !isDead else { return }
    isPaused = false
    let waiting = held
    held = []
    for action in waiting { deliver(action) }
  }

  /// Nothing that it does from here on reaches anybody.
  func die() {
    isDead = true
    held = []
    for wait in waits { wait.cancel() }
    waits = []
  }

  func track(_ wait: any Endable) {
    if waits.count > 64 { waits.removeAll { $0.hasEnded } }
    waits.append(wait)
  }

  /// Passed before anything is done that others see.
  ///
  /// - Throws: `CancellationError` once it is dead; after the others have had their turn, so that they can end too.
  func gate(sending: Bool = false) async throws {
    if sending, let action = onNextSend {
      onNextSend = nil
      action()
    }
    while isPaused, !isDead {
      let wait = Wait<Void>()
      track(wait)
      held.append { wait.end(.success(())) }
      try await wait.value()
    }
    guard !isDead else {
      // Not `Task.yield`: see `World.stayHere`.
      await withCheckedContinuation { continuation in Task { continuation.resume() } }
      throw CancellationError()
    }
  }
}
