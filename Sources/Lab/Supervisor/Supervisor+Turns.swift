extension Supervisor {
  /// Runs `body` when all that asked before are done: an actor alone would let a fault slip into a healing.
  func inTurn(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let before = turn
    let mine = Task {
      await before?.value
      return await Result { try await body() }
    }
    turn = Task { _ = await mine.value }
    try await mine.value.get()
  }

  func markStarted(_ duration: Duration) {
    startSeconds = duration / .seconds(1)
    readiness.watch.finish()
  }
}

extension Result where Failure == any Error {
  fileprivate init(catching body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
