import Operations
import PostgresAdapter

/// The other direction of a link that goes both ways.
struct WayBack: Sendable {
  let settings: LinkSettings
  let patience: Duration

  /// Waits until the source has what the target has committed until now. Where the way back was never made there is
  /// nothing to wait for.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` when that does not come about; ``PostgresError``; `CancellationError`.
  func wait(_ sides: Sides) async throws {
    let goal = try await AppliedWait.position(sides.target, timeout: .seconds(20))
    let deadline = ContinuousClock.now + patience
    while let record = try await LinkRecord.read(settings.reversed.directionName, on: sides.source),
      record.position > .zero, record.position < goal
    {
      guard ContinuousClock.now < deadline else {
        throw LinkFailure.blocked(
          "\(settings.sourceNode) does not have yet what was written at \(settings.targetNode), and a copy would throw "
            + "that away: let the link \(settings.reversed.directionName) catch up first")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
