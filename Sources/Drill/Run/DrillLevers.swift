import Operations

/// Pulls the host's levers in an operator's place.
struct DrillLevers: Sendable {
  let stage: any DrillStage
  let recorder: DrillRecorder
  /// `drill by kit@ops1`.
  let actor: String

  private static let pause = Duration.milliseconds(50)
  private static let divergence = InterlockName("divergence")
  private static let comparison = Duration.seconds(120)

  /// Makes a plan and executes it, and does not wait for its end.
  ///
  /// - Throws: ``Refusal``, ``HostError``.
  func pull(_ request: LeverRequest) async throws -> OperationID {
    let client = try await stage.host()
    let plan = try await client.plan(request)
    let id = try await client.execute(plan.id, overriding: [], actor: actor)
    recorder.mark(.lever, plan.title)
    return id
  }

  /// Does what an operator does before a planned move: where nobody has compared the rows yet, compares them.
  func prepare(_ request: LeverRequest) async throws {
    let client = try await stage.host()
    let plan = try await client.plan(request)
    guard plan.interlocks.contains(where: { $0.name == Self.divergence && $0.isBlocked }),
      let link = plan.steps.compactMap({ if case .sync(.drain(let link)) = $0.action { link } else { nil } }).first
    else { return }
    let id = try await pull(.sync(.verify(link, tables: [])))
    // To its very end, though it changes nothing: what is measured next must not share the machine with it.
    _ = await wait(within: Self.comparison) { sight in
      sight.operations.first { $0.id == id && $0.state.isFinal }
    }
  }

  /// Tries until no interlock holds it any more: some hold for a while only, such as `too-soon`.
  func pull(_ request: LeverRequest, within limit: Duration) async throws -> OperationID {
    let deadline = ContinuousClock.now + limit
    while true {
      do { return try await pull(request) } catch {
        guard Self.mayPass(error), ContinuousClock.now < deadline else { throw error }
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// What was not understood the first time is not understood the second time.
  private static func mayPass(_ error: any Error) -> Bool {
    switch error {
    case HostError.invalidRequest, HostError.noPlan: false
    case is HostError, is Refusal: true
    default: false
    }
  }

  /// Waits until an operation has ended, or only watches any more.
  ///
  /// - Returns: how it ended; nil when it did not in time.
  func end(of id: OperationID, within limit: Duration) async -> OperationSnapshot? {
    await wait(within: limit) { sight in
      sight.operations.first { $0.id == id && ($0.state.isFinal || $0.onlyWatches) }
    }
  }

  /// The first thing that `find` finds in the newest sight of the host.
  func wait<Found: Sendable>(within limit: Duration, _ find: (HostSight) -> Found?) async -> Found? {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline, !Task.isCancelled {
      if let sight = recorder.newestSight, let found = find(sight) { return found }
      try? await Task.sleep(for: Self.pause)
    }
    return nil
  }
}
