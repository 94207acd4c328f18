import Operations
import PostgresAdapter

extension KnownCommits {
  /// Commit times tell the order of commits no more closely than this.
  private static let blur: Duration = .milliseconds(50)

  /// What was known when the stream was last stored, from the marks that the source keeps.
  ///
  /// - Parameter book: the link's, as it was stored.
  /// - Throws: ``PostgresError``.
  static func read(
    _ settings: LinkSettings, _ book: LinkBook, on source: PostgresConnection
  ) async throws -> KnownCommits {
    guard let newest = book.seenAt, let storedAt = book.committedAt else { return KnownCommits() }
    let rows = try await source.query(
      """
      SELECT committed_at::text AS at, pg_xact_commit_timestamp(xmin) < $4::timestamptz AS certain
      FROM signalbox.applied
      WHERE node = $1 AND committed_at BETWEEN $2::timestamptz AND $3::timestamptz
        AND pg_xact_commit_timestamp(xmin) <= $5::timestamptz
      """,
      [
        PostgresValue(settings.targetNode.rawValue), PostgresValue((newest - span).postgresText),
        PostgresValue(newest.postgresText), PostgresValue((storedAt - blur).postgresText),
        PostgresValue((storedAt + blur).postgresText),
      ], timeout: .seconds(20))
    var known: [Timestamp] = []
    var remembered: [Timestamp] = []
    for row in rows {
      guard let time = Timestamp(postgresText: try row.get("at")) else { continue }
      if try row.get("certain") { known.append(time) } else { remembered.append(time) }
    }
    return KnownCommits(newest: newest, known: known, remembered: remembered)
  }
}
