import Operations

/// A process's way to a server: requests there, answers back, with all that may happen to either.
struct Line: Sendable {
  let world: World
  let process: Process
  let place: Place

  /// - Parameters:
  ///   - timeout: after it the caller goes on without an answer; the server may serve the request all the same.
  ///   - isLateServed: whether a request may still be served when its caller has gone.
  ///   - silence: thrown where no answer comes.
  func call<Value: Sendable>(
    within timeout: Duration, isLateServed: Bool = true, silence: any Error,
    _ serve: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await process.gate(sending: true)
    let wait = Wait<Value>()
    process.track(wait)
    world.send(from: process.place, to: place, isRequest: true) { arrival in
      let refuse = { world.answer(from: place, to: process) { wait.end(.failure(silence)) } }
      guard arrival != .refused else { return refuse() }
      if wait.hasEnded, !isLateServed { return }
      Task {
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await serve()) } catch { outcome = .failure(error) }
        world.answer(from: place, to: process) { wait.end(outcome) }
      }
    }
    world.after(timeout, .timeout) { process.deliver { wait.end(.failure(silence)) } }
    return try await wait.value()
  }
}
