import Operations
import PostgresAdapter

/// Throws away, at a link's target, discarded versions that nobody has asked for in a long time: else their log would
/// fill the disk.
struct ConflictKeeping: Sendable {
  let settings: LinkSettings

  /// Versions in one transaction.
  private static let batch = 2000
  private static let pause: Duration = .milliseconds(50)

  /// Goes on until cancelled. A look that fails is repeated: nothing waits for it.
  func run(every interval: Duration = .seconds(3600), clock: any Clock<Duration> = ContinuousClock()) async throws {
    while true {
      do {
        try await LinkChores(settings: settings).ask(settings.target) { _ = try await forget(on: $0) }
      } catch is CancellationError {
        throw CancellationError()
      } catch {}
      try await clock.sleep(for: interval)
    }
  }

  /// - Returns: how many versions were thrown away.
  /// - Throws: ``PostgresError``; `CancellationError`.
  @discardableResult func forget(on target: PostgresConnection) async throws -> Int {
    var (forgotten, last) = (0, Int64.min)
    while true {
      // They are numbered as they were found: behind the first that is young enough there is nothing to look for.
      let found = try await target.query(
        """
        WITH look AS (
          SELECT id, link, detected_at < clock_timestamp() - make_interval(secs => $2) AS is_old
          FROM signalbox.conflict WHERE id > $3::bigint ORDER BY id LIMIT \(Self.batch)),
        gone AS (
          DELETE FROM signalbox.conflict c USING look l WHERE c.id = l.id AND l.is_old AND l.link = $1 RETURNING c.id)
        SELECT max(id) AS last, count(*) AS looked, coalesce(bool_and(is_old), false) AS all_old,
          (SELECT count(*) FROM gone) AS gone FROM look
        """,
        [
          PostgresValue(settings.directionName), PostgresValue(settings.conflictsKept.inSeconds), PostgresValue(last),
        ], timeout: .seconds(60)
      ).only()
      forgotten += try found.get("gone", as: Int.self)
      guard try found.get("all_old", as: Bool.self), try found.get("looked", as: Int.self) == Self.batch,
        let next = try found.getIfPresent("last", as: Int64.self)
      else { return forgotten }
      last = next
      try await Task.sleep(for: Self.pause)
    }
  }
}
