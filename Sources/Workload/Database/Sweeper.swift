internal import Logging
internal import PostgresAdapter

/// Removes what has expired: sessions, and counts of logins that no longer hold anybody back.
///
/// Every instance does it, at times of its own, in small batches that pass over rows which another one is removing. Where
/// nothing can be written, as at a secondary or while nobody is primary, it does nothing and tries again later.
struct Sweeper: Sendable {
  /// Rows of one statement, so that none holds locks or a reader's session for long.
  static let batch = 500
  /// Statements of one table in one round; what is left waits for the next.
  static let batchLimit = 40
  let database: Database
  let interval: Duration
  /// How long a count of logins holds somebody back.
  let pause: Duration
  let logger: Logger

  /// Until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      // Instances that start together part.
      let wait = interval * Double.random(in: 0.5...1)
      guard (try? await Task.sleep(for: wait)) != nil else { return }
      await round()
    }
  }

  func round() async {
    do {
      let sessions = try await remove("sessions", expired: "expires_at <= now()", oldest: "expires_at")
      let seconds = pause.components.seconds
      let counts = try await remove(
        "login_attempts", expired: "counted_at <= now() - interval '\(seconds) seconds'",
        oldest: "counted_at")
      if sessions + counts > 0 {
        logger.notice("removed \(sessions) expired sessions and \(counts) counts of logins")
      }
    } catch let error as PostgresError where error.refusesWrites || error.kind != .server {
      logger.debug("nothing is removed now: \(error)")
    } catch is CancellationError {
      return
    } catch {
      logger.warning("what has expired is not removed: \(error)")
    }
  }

  /// - Returns: how many rows went.
  private func remove(_ table: String, expired: String, oldest: String) async throws -> Int {
    var removed = 0
    for _ in 0..<Self.batchLimit {
      let count = try await database.write(
        """
        WITH gone AS (
          DELETE FROM \(table) WHERE id = ANY (ARRAY(
            SELECT id FROM \(table) WHERE \(expired) ORDER BY \(oldest) LIMIT \(Self.batch) FOR UPDATE SKIP LOCKED))
          RETURNING 1)
        SELECT count(*) AS count FROM gone
        """, []
      ).only().get("count", as: Int.self)
      removed += count
      guard count == Self.batch else { break }
      try Task.checkCancellation()
    }
    return removed
  }
}
