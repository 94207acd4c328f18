import Operations
import PostgresAdapter

/// The other direction of a link that goes both ways.
struct WayBack: Sendable {
  let settings: LinkSettings
  let patience: Duration

  /// Waits until the source has what the target has committed until now, so that the target's rows can be thrown away.
  ///
  /// Where the way back was never made there is nothing to wait for. Where it has lost its slot nothing will come by it
  /// any more, and one of the two directions has to be copied first: the one that was copied in the beginning.
  ///
  /// - Parameter tables: those that are copied.
  /// - Throws: ``LinkFailure/blocked(_:)`` when that does not come about; ``PostgresError``; `CancellationError`.
  func wait(for tables: [ScopedTable], _ sides: Sides) async throws {
    let name = settings.reversed.directionName
    guard let made = try await LinkRecord.read(name, on: sides.source), made.position > .zero else { return }
    let isWhole = try await LinkStanding.read(settings.reversed, sides.reversed).isWhole
    guard isWhole || settings.adopts else { return }
    for (table, record) in try await LinkTableRecord.all(of: name, on: sides.source) where record.state != .streaming {
      guard let copied = tables.first(where: { $0.name == table }) else { continue }
      let holds = try await sides.target.query("SELECT FROM \(copied.shape.quotedName) LIMIT 1", timeout: .seconds(60))
      guard !holds.isEmpty else { continue }
      throw LinkFailure.blocked(
        "what is written of \(table) at \(settings.targetNode) does not go to \(settings.sourceNode) "
          + "(\(record.state.rawValue)\(record.reason.map { ": \($0)" } ?? "")), and a copy would throw it away: carry "
          + "over what is needed, then empty it there (TRUNCATE \(copied.shape.quotedName))")
    }
    let goal = try await AppliedWait.position(sides.target, timeout: .seconds(20))
    let deadline = ContinuousClock.now + patience
    while let record = try await LinkRecord.read(name, on: sides.source), record.position < goal {
      guard ContinuousClock.now < deadline else {
        throw LinkFailure.blocked(
          "\(settings.sourceNode) does not have yet what was written at \(settings.targetNode), and a copy would throw "
            + "that away: let the link \(name) catch up first"
            + (isWhole ? "" : "; it has lost its slot, so copy the other way first (signalbox sync baseline)"))
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
