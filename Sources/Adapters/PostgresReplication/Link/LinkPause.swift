import PostgresAdapter

/// Whether an operator has paused a link, in `signalbox.link_pause` at its target: whichever host has the lease, it is
/// found there.
enum LinkPause {
  static func read(of link: String, on target: PostgresConnection) async throws -> Bool {
    guard try await Bookkeeping.exists("link_pause", on: target) else { return false }
    return try await target.query(
      "SELECT FROM signalbox.link_pause WHERE link = $1", [PostgresValue(link)], timeout: .seconds(20)
    ).count == 1
  }

  /// - Throws: ``LinkFailure/blocked(_:)`` where there are no books and none can be made; ``PostgresError``.
  static func note(_ isPaused: Bool, of link: String, on target: PostgresConnection) async throws {
    if try await !Bookkeeping.exists("link_pause", on: target) {
      guard isPaused else { return }
      try await Bookkeeping.make(on: target, side: "target")
    }
    try await target.query(
      isPaused
        ? "INSERT INTO signalbox.link_pause (link) VALUES ($1) ON CONFLICT (link) DO NOTHING"
        : "DELETE FROM signalbox.link_pause WHERE link = $1",
      [PostgresValue(link)], timeout: .seconds(20))
  }
}
