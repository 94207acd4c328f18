public import Operations

/// Performs the steps that move the right to write, and those that wait for what must be so before it moves.
public struct RolePerformer: StepPerformer {
  let roles: [CloudID: any RoleControl]
  let sight: RoleSight
  let times: RoleTimes
  let divergence: (any DivergencePort)?
  let clock: any Clock<Duration>
  let wallClock: any WallClock

  /// - Parameter divergence: nil where no old primary can be taken in again.
  public init(
    roles: [CloudID: any RoleControl], sight: RoleSight, times: RoleTimes, divergence: (any DivergencePort)?,
    clock: any Clock<Duration>, wallClock: any WallClock
  ) {
    self.roles = roles
    self.sight = sight
    self.times = times
    self.divergence = divergence
    self.clock = clock
    self.wallClock = wallClock
  }

  typealias Progress = @Sendable (String) async -> Void

  public func perform(
    _ action: StepAction, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    guard case .role(let action) = action else { throw StepRefused("this step moves no role") }
    switch action {
    case .fence(let cloud, let generation):
      return try await fence(cloud, generation, attempts: times.attempts, progress)
    case .fenceOrAwaitLeaseEnd(let cloud, let generation):
      return try await fenceOrAwaitLeaseEnd(cloud, generation, progress)
    case .awaitLeaseEnd(let cloud, _): return try await awaitLeaseEnd(cloud, progress)
    case .assumeFenced(let cloud): return "\(cloud) is taken for fenced without proof, as a person asked by name"
    case .measureLoss(let from, let to): return await measureLoss(from, to)
    case .promote(let cloud, let generation): return try await promote(cloud, generation, progress)
    case .verifyWritable(let cloud, let generation):
      return try await trying(cloud, progress) { try await $0.verifyWritable(generation: generation) }
    case .drainTraffic(let cloud, let residual): return try await drain(cloud, residual, progress)
    case .healthGate(let clouds, let seconds): return try await gate(clouds, .seconds(seconds), progress)
    case .exportDivergence(let cloud, let link):
      return try await divergencePort().export(cloud, link: link, progress: progress)
    case .mergeDivergence(let cloud, let link):
      return try await divergencePort().merge(cloud, link: link, progress: progress)
    case .catchUp: throw StepRefused("this step is replication's")
    }
  }

  private func divergencePort() throws -> any DivergencePort {
    guard let divergence else { throw StepRefused("nothing here tells what only an old primary has") }
    return divergence
  }

  // MARK: - Changes

  private func fence(
    _ cloud: CloudID, _ generation: Generation, attempts: Int, _ progress: Progress
  ) async throws -> String {
    do {
      return try await trying(cloud, attempts: attempts, progress) { try await $0.fence(generation: generation) }
    } catch RoleError.superseded(let standing) {
      // The database takes nothing from an old controller: not this fence, nor its being taken back.
      throw StepRefused("\(RoleError.superseded(standing: standing))")
    }
  }

  /// Once it is known that it does not answer, the time until its lease ends is better spent waiting than trying.
  private func fenceOrAwaitLeaseEnd(
    _ cloud: CloudID, _ generation: Generation, _ progress: Progress
  ) async throws -> String {
    do {
      return try await fence(cloud, generation, attempts: 1, progress)
    } catch RoleError.unreachable(let reason) {
      guard await sight.leaseEnd(cloud) != nil else {
        return try await fence(cloud, generation, attempts: times.attempts - 1, progress)
      }
      await progress(reason)
      return try await awaitLeaseEnd(cloud, progress)
    }
  }

  /// A promotion that may have been overtaken by a newer controller's is never said to have had no effect.
  private func promote(_ cloud: CloudID, _ generation: Generation, _ progress: Progress) async throws -> String {
    try await sight.willPromote(cloud)
    return try await trying(cloud, progress) { try await $0.promote(generation: generation) }
  }

  /// - Throws: ``StepRefused`` where the database refused the first attempt: nothing was done; ``RoleError`` otherwise.
  private func trying(
    _ cloud: CloudID, attempts: Int? = nil, _ progress: Progress, _ body: (any RoleControl) async throws -> String
  ) async throws -> String {
    guard let role = roles[cloud] else { throw StepRefused("\(cloud) has no database whose role can be moved") }
    let attempts = max(1, attempts ?? times.attempts)
    var attempt = 1
    while true {
      do {
        return try await body(role)
      } catch RoleError.refused(let reason) where attempt == 1 {
        throw StepRefused(reason)
      } catch let error as RoleError where error.mayPass && attempt < attempts {
        attempt += 1
        await progress("\(error); attempt \(attempt) of \(attempts)")
        try await clock.sleep(for: times.pause)
      }
    }
  }
}

extension RoleError {
  /// Whether another attempt may fare better.
  fileprivate var mayPass: Bool {
    switch self {
    case .unreachable, .notProven: true
    case .superseded, .refused: false
    }
  }
}
