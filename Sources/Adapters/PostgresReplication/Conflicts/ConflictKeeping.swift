import Operations
import PostgresAdapter

/// Throws away, at a link's target, discarded versions that nobody has asked for in a long time: else their log would
/// fill the disk.
struct ConflictKeeping: Sendable {
  let settings: LinkSettings

  /// Versions in one transaction.
  private static let batch = 10_000
  private static let pause: Duration = .milliseconds(50)

  /// Goes on until cancelled. A look that fails is repeated: nothing waits for it.
  func run(every interval: Duration = .seconds(3600)) async throws {
    while true {
      do {
        try await LinkChores(settings: settings).ask(settings.target) { _ = try await forget(on: $0) }
      } catch is CancellationError {
        throw CancellationError()
      } catch {}
      try await Task.sleep(for: interval)
    }
  }

  /// - Returns: how many versions were thrown away.
  /// - Throws: ``PostgresError``; `CancellationError`.
  @discardableResult func forget(on target: PostgresConnection) async throws -> Int {
    var forgotten = 0
    while true {
      let count = try await target.query(
        """
        DELETE FROM signalbox.conflict WHERE id IN (SELECT id FROM signalbox.conflict
          WHERE link = $1 AND detected_at < clock_timestamp() - make_interval(secs => $2) ORDER BY id LIMIT \(Self.batch))
        """, [PostgresValue(settings.directionName), PostgresValue(settings.conflictsKept.inSeconds)],
        timeout: .seconds(60)
      ).affectedCount
      forgotten += count
      if count < Self.batch { return forgotten }
      try await Task.sleep(for: Self.pause)
    }
  }
}
