import PostgresAdapter

extension LinkSettings {
  /// A session at the target that writes copies and makes indexes and constraints again.
  ///
  /// - Throws: ``LinkFailure``; ``PostgresError``.
  func enterToCopy() async throws -> PostgresConnection {
    var session = session(target, purpose: "copy")
    session.sessionSettings.merge(ExportedSnapshot.unhurried) { _, new in new }
    session.sessionSettings["synchronous_commit"] = "off"
    session.sessionSettings["maintenance_work_mem"] = "256MB"
    let writer = try await enter(target, as: session, timeout: .seconds(15))
    // Where the role may: neither triggers nor foreign keys judge what the source has judged.
    _ = try? await writer.execute("SET session_replication_role = replica", timeout: .seconds(10))
    return writer
  }
}
