import FailoverEngine
import Operations

/// What the host does for the engine that decides.
///
/// Only the thread that runs the simulation touches it.
final class LifeLevers: AutomaticLevers, @unchecked Sendable {
  private weak var life: Life?

  init(_ life: Life) { self.life = life }

  func judge(_ request: FailoverRequest) async throws -> [InterlockVerdict] {
    let life = try living()
    if life.world.mutation == .neverDecides {
      return [
        InterlockVerdict(
          name: InterlockName("never"), overridability: .never, hold: InterlockHold(reason: "never", remedy: "none"))
      ]
    }
    let snapshot = await life.snapshot()
    return try life.plan(request, in: snapshot, origin: .automation).blocking
  }

  func execute(_ request: FailoverRequest) async throws -> OperationID {
    try await living().execute(
      request, overriding: [], actor: FailoverMemory.automatic, origin: .automation, at: await living().snapshot())
  }

  func note(_ message: String, severity: Event.Severity) async {
    guard let life else { return }
    life.world.tell("\(life.controller.name) engine: \(message)")
  }

  private func living() throws -> Life {
    guard let life, !life.process.isDead else { throw CancellationError() }
    return life
  }
}
