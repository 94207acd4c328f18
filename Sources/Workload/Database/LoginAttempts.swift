internal import Crypto
internal import Logging
internal import PostgresAdapter

/// How many logins were tried under a name without success, in the database that takes writes, so that every instance in
/// every cloud counts in one place, and a failover takes the counts along with the rows.
///
/// Names that nobody has are counted like all others: neither the answer nor its time tells who has an account. What was
/// typed is not kept, only half of its SHA-256, as the row's key. A try is counted before the password is looked at, so that a burst of them at many
/// instances gets no further than they would one by one.
struct LoginAttempts: Sendable {
  let database: Database
  let limit: Int
  let pause: Duration
  let logger: Logger

  /// A try that may go on.
  struct Ticket: Sendable {
    var id: String
    /// False where this database cannot count.
    var isCounted: Bool
  }

  /// Counts a try.
  ///
  /// A login has to write a session, so where nothing can be written no password is looked at either: whoever guesses
  /// would learn without being counted which guess was right. Where sessions can be written and only the count cannot, as
  /// before a migration, people can log in all the same.
  ///
  /// - Throws: ``Problem`` of kind `tooManyAttempts` when the name must wait, however right the password is.
  func admit(_ email: String) async throws -> Ticket {
    let id = Self.id(of: email)
    do {
      let row = try await database.write(
        """
        WITH admitted AS (
          INSERT INTO login_attempts AS l (id, failures) VALUES ($1, 1)
          ON CONFLICT (id) DO UPDATE SET counted_at = clock_timestamp(), updated_at = clock_timestamp(),
            failures = CASE WHEN l.counted_at + $3 * interval '1 second' <= clock_timestamp() THEN 1
              ELSE l.failures + 1 END
          WHERE l.failures < $2 OR l.counted_at + $3 * interval '1 second' <= clock_timestamp()
          RETURNING 1)
        SELECT EXISTS (SELECT FROM admitted) AS admitted, ceil(extract(epoch FROM
          (SELECT counted_at FROM login_attempts WHERE id = $1) - clock_timestamp()) + $3)::int8 AS seconds
        """, [PostgresValue(id), PostgresValue(limit), PostgresValue(pause.components.seconds)]
      ).only()
      guard try row.get("admitted", as: Bool.self) else {
        // Another try may have written the row in this moment; then it is as new as can be.
        let seconds = try row.getIfPresent("seconds", as: Int.self) ?? Int(pause.components.seconds)
        throw Problem(
          .tooManyAttempts, "Too many logins failed under this address; try again later.", retryAfter: max(1, seconds))
      }
      return Ticket(id: id, isCounted: true)
    } catch let error as PostgresError where error.refusesWrites || error.sqlState == "42P01" {
      guard try await takesSessions() else { throw error }
      logger.warning("logins are not counted: \(error)")
      return Ticket(id: id, isCounted: false)
    }
  }

  /// After a login that succeeded: the name begins anew.
  func clear(_ ticket: Ticket) async {
    guard ticket.isCounted else { return }
    _ = try? await database.write("DELETE FROM login_attempts WHERE id = $1", [PostgresValue(ticket.id)])
  }

  /// After a try that failed for no fault of whoever made it.
  func forgive(_ ticket: Ticket) async {
    guard ticket.isCounted else { return }
    _ = try? await database.write(
      "UPDATE login_attempts SET failures = failures - 1 WHERE id = $1 AND failures > 0",
      [PostgresValue(ticket.id)])
  }

  /// The same at every instance.
  static func id(of email: String) -> String {
    let digits = SHA256.hash(data: Array(email.utf8)).prefix(16).map { byte in
      let text = String(byte, radix: 16)
      return text.utf8.count == 1 ? "0" + text : text
    }
    return digits.joined()
  }

  private func takesSessions() async throws -> Bool {
    try await database.write(
      """
      SELECT has_table_privilege('sessions', 'INSERT') AND current_setting('transaction_read_only') = 'off' AS takes
      """, []
    ).only().get("takes")
  }
}
