import Operations
import PostgresAdapter

/// Takes a link's slot, publications, triggers and books away. The rows stay. May be repeated.
struct TearDown: Sendable {
  let settings: LinkSettings

  /// - Throws: ``LinkFailure``; what could be taken away has been.
  func run() async throws {
    // Each for itself, whatever becomes of the other.
    async let target = failure(of: { try await clearTarget() })
    // What is only read has nothing of the link.
    let source = settings.mode == .snapshot ? nil : await failure(of: { try await clearSource() })
    let end = await target
    if let failure = source ?? end { throw failure }
  }

  private func failure(of body: () async throws -> Void) async -> (any Error)? {
    do { try await body() } catch { return error }
    return nil
  }

  private func clearSource() async throws {
    try await with(settings.source) { source in
      if let slot = try await SourceSlot.read(settings.slotName, on: source), slot.foreignClaim == nil {
        // Its receiver was ours and has been stopped; the server may need a moment to see that.
        let deadline = ContinuousClock.now + .seconds(15)
        while try await SourceSlot.read(settings.slotName, on: source)?.isActive == true, ContinuousClock.now < deadline
        {
          try await Task.sleep(for: .milliseconds(10))
        }
        try await source.query(
          "SELECT pg_drop_replication_slot($1)", [PostgresValue(settings.slotName)], timeout: .seconds(20))
      }
      for name in settings.publications {
        try await source.execute("DROP PUBLICATION IF EXISTS \(SQLText.identifier(name))", timeout: .seconds(20))
      }
    }
  }

  private func clearTarget() async throws {
    try await with(settings.target) { target in
      let books = ["link_table", "link_seen", "link_kept", "link_rebuild", "link_source", "link_pause"]
      for table in books where try await Bookkeeping.exists(table, on: target) {
        try await target.query(
          "DELETE FROM signalbox.\(table) WHERE link = $1", [PostgresValue(settings.directionName)],
          timeout: .seconds(20))
      }
      guard try await Bookkeeping.exists("link", on: target) else { return }
      try await target.query(
        "DELETE FROM signalbox.link WHERE name = $1", [PostgresValue(settings.directionName)], timeout: .seconds(20))
    }
  }

  private func with(_ side: PostgresSettings, _ body: (PostgresConnection) async throws -> Void) async throws {
    try await LinkFailure.naming("taking the link \(settings.directionName) down") {
      let connection = try await settings.enter(
        side, as: settings.session(side, purpose: "tear down"), timeout: .seconds(10))
      do {
        try await body(connection)
        await connection.close()
      } catch {
        await connection.close()
        throw error
      }
    }
  }
}
