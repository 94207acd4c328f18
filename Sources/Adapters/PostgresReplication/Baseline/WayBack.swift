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
            + (isWhole
              ? ""
              : "; it has lost its slot, so copy the other way first (signalbox sync baseline, with that link's --link)")
        )
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// A table that the way back has set aside would be brought one way only after the copy. It is taken for equal again
  /// where it is empty here: what is written to it from then on goes back.
  ///
  /// Nobody writes the table here, and nobody moves the way back's books there, until both agree. What the applier that
  /// runs has passed of the table does not count then, as the table was empty; and it ends, as it would go on to pass it.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` where it holds rows, which nobody brings to the source; ``PostgresError``.
  private func readmit(_ table: ScopedTable, _ record: LinkTableRecord, _ sides: Sides) async throws {
    try await sides.target.execute("BEGIN", timeout: .seconds(10))
    do {
      try await sides.target.execute(
        "LOCK TABLE \(table.shape.quotedName) IN SHARE ROW EXCLUSIVE MODE", timeout: .seconds(20))
      try await requireEmpty(table, record, on: sides.target)
      let position = try await AppliedWait.position(sides.target, timeout: .seconds(20))
      try await sides.source.execute("BEGIN", timeout: .seconds(10))
      do {
        try await readmit(table, from: position, on: sides.source)
        try await sides.source.execute("COMMIT", timeout: .seconds(20))
      } catch {
        _ = try? await sides.source.execute("ROLLBACK", timeout: .seconds(10))
        throw error
      }
      try await sides.target.execute("COMMIT", timeout: .seconds(20))
    } catch {
      _ = try? await sides.target.execute("ROLLBACK", timeout: .seconds(10))
      throw error
    }
  }

  private func readmit(_ table: ScopedTable, from position: LSN, on source: PostgresConnection) async throws {
    let link = settings.reversed.directionName
    let isWayBacks = "application_name = $1::name::text AND usename = current_user AND datname = current_database()"
    let name = PostgresValue("signalbox \(link) apply")
    // It may hold its books until it has ended.
    try await source.query(
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE \(isWayBacks)", [name],
      timeout: .seconds(20))
    try await source.query(
      "SELECT FROM signalbox.link WHERE name = $1 FOR UPDATE", [PostgresValue(link)], timeout: .seconds(20))
    try await LinkTableRecord.set(.streaming, of: table.name, link: link, ready: position, on: source)
    try await LinkTableRecord.forgetOrigin(of: table.name, link: link, on: source)
    // Another may have begun before the books were held. What was seen of the sessions is kept in a transaction.
    for _ in 0..<3 {
      try await source.query("SELECT pg_stat_clear_snapshot()", timeout: .seconds(10))
      let ended = try await source.query(
        "SELECT pg_terminate_backend(pid, 5000) AS has_ended FROM pg_stat_activity WHERE \(isWayBacks)", [name],
        timeout: .seconds(20))
      if try ended.allSatisfy({ try $0.get("has_ended", as: Bool.self) }) { return }
    }
    throw LinkFailure.unreachable("the link \(link) could not be made to look at \(table.name) again")
  }

  private func requireEmpty(
    _ table: ScopedTable, _ record: LinkTableRecord, on target: PostgresConnection
  ) async throws {
    let holds = try await target.query("SELECT FROM \(table.shape.quotedName) LIMIT 1", timeout: .seconds(60))
    guard !holds.isEmpty else { return }
    // If each direction asked for its target to be emptied, nothing would be left.
    let remedy =
      settings.adopts
      ? "let the link \(settings.reversed.directionName) copy it first"
      : "carry over what is needed, then empty it there (TRUNCATE \(table.shape.quotedName))"
    throw LinkFailure.blocked(
      "what is written of \(table.name) at \(settings.targetNode) does not go to \(settings.sourceNode) "
        + "(\(record.state.rawValue)\(record.reason.map { ": \($0)" } ?? "")), and a copy would throw it away: "
        + remedy)
  }
}
