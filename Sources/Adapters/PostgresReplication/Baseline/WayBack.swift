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
      try await readmit(copied, record, sides)
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

  /// A table that the way back has set aside would be brought one way only after the copy. It is taken for equal again
  /// where it is empty here: what is written to it from then on goes back.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` where it holds rows, which nobody brings to the source; ``PostgresError``.
  private func readmit(_ table: ScopedTable, _ record: LinkTableRecord, _ sides: Sides) async throws {
    let link = settings.reversed.directionName
    try await requireEmpty(table, record, on: sides.target)
    let position = try await AppliedWait.position(sides.target, timeout: .seconds(20))
    try await LinkTableRecord.set(.streaming, of: table.name, link: link, ready: position, on: sides.source)
    // One that runs does not look again. What it passes until it has ended would be missing.
    try await sides.source.query(
      """
      SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
      WHERE application_name = $1::name::text AND usename = current_user AND datname = current_database()
      """, [PostgresValue("signalbox \(link) apply")], timeout: .seconds(20))
    do { try await requireEmpty(table, record, on: sides.target) } catch {
      try await LinkTableRecord.set(
        record.state, of: table.name, link: link, ready: record.ready, reason: record.reason, on: sides.source)
      throw error
    }
  }

  private func requireEmpty(
    _ table: ScopedTable, _ record: LinkTableRecord, on target: PostgresConnection
  ) async throws {
    let holds = try await target.query("SELECT FROM \(table.shape.quotedName) LIMIT 1", timeout: .seconds(60))
    guard !holds.isEmpty else { return }
    throw LinkFailure.blocked(
      "what is written of \(table.name) at \(settings.targetNode) does not go to \(settings.sourceNode) "
        + "(\(record.state.rawValue)\(record.reason.map { ": \($0)" } ?? "")), and a copy would throw it away: carry "
        + "over what is needed, then empty it there (TRUNCATE \(table.shape.quotedName))")
  }
}
