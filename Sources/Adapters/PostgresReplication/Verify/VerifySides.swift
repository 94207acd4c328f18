import PostgresAdapter

/// Sessions at both sides.
struct VerifySides: Sendable {
  var source: [PostgresConnection] = []
  var target: [PostgresConnection] = []

  subscript(side: Side) -> [PostgresConnection] { side == .source ? source : target }

  /// Lends sessions that write every value the same way, and closes them.
  ///
  /// - Throws: ``LinkFailure`` where a side lets nobody in; ``PostgresError``; `CancellationError`; what `body` throws.
  static func with<Value: Sendable>(
    _ settings: LinkSettings, _ limits: VerifyLimits, count: Int, purpose: String,
    _ body: (VerifySides) async throws -> Value
  ) async throws -> Value {
    var sides = VerifySides()
    let (source, target) = (
      session(settings, settings.source, purpose, limits), session(settings, settings.target, purpose, limits)
    )
    do {
      for _ in 0..<count {
        sides.source.append(try await settings.enter(settings.source, as: source, timeout: limits.connectTimeout))
        sides.target.append(try await settings.enter(settings.target, as: target, timeout: limits.connectTimeout))
      }
      let value = try await body(sides)
      await sides.close()
      return value
    } catch {
      await sides.close()
      throw error
    }
  }

  private func close() async { for session in source + target { await session.close() } }

  private static func session(
    _ settings: LinkSettings, _ side: PostgresSettings, _ purpose: String, _ limits: VerifyLimits
  ) -> PostgresSettings {
    var session = settings.session(side, purpose: purpose)
    // Names of objects, such as a regclass, are written as the path has it. Rows that a policy hides are an error.
    let path = (settings.schemas + ["public"]).map(SQLText.identifier).joined(separator: ",")
    session.sessionSettings.merge(["search_path": path, "row_security": "off", "lock_timeout": "10s"]) { $1 }
    // A snapshot waits for the other side's.
    session.sessionSettings["idle_in_transaction_session_timeout"] = "0"
    // The server gives up before we do: a table that cannot be read is not taken for a server that does not answer.
    session.statementTimeout = limits.statementTimeout * 0.9
    return session
  }
}
