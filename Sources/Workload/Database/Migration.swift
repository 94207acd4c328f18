internal import PostgresAdapter

/// Brings the tables of one database up to date. Running it again changes nothing.
struct Migration {
  let settings: WorkloadSettings.Database

  /// Migrates every database, one after the other.
  ///
  /// - Returns: a line for a person about each.
  func run() async throws -> [String] {
    var lines: [String] = []
    for host in settings.writeHosts {
      let taken = try await migrate(host)
      let state = taken == 0 ? "up to date" : "migrated by \(taken) step(s)"
      lines.append("\(host): schema \(Schema.steps.count), \(state)")
    }
    return lines
  }

  private func migrate(_ host: PostgresSettings.Host) async throws -> Int {
    let timeout = Duration.seconds(30)
    let connection = try await PostgresConnection.connect(settings.settings([host], .any), timeout: .seconds(10))
    // One migration at a time; and a secondary that is fenced still gets its tables.
    try await connection.execute(
      "BEGIN; SET TRANSACTION READ WRITE; SELECT pg_advisory_xact_lock(5297)", timeout: timeout)
    let present = try await version(connection)
    for (index, step) in Schema.steps.enumerated().dropFirst(present) {
      try await connection.execute(step, timeout: timeout)
      if index == 0 { try await grant(connection) }
    }
    if present < Schema.steps.count {
      try await connection.execute(
        "COMMENT ON TABLE accounts IS '\(Schema.comment(Schema.steps.count))'", timeout: timeout)
    }
    try await connection.execute("COMMIT", timeout: timeout)
    await connection.close()
    return max(0, Schema.steps.count - present)
  }

  /// How many steps the database has taken.
  private func version(_ connection: PostgresConnection) async throws -> Int {
    let comment = try await connection.query(
      "SELECT obj_description(to_regclass('public.accounts'), 'pg_class') AS comment", timeout: .seconds(10)
    ).only().getIfPresent("comment", as: String.self)
    return comment.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
  }

  /// Only with the step that makes the tables: a later grant could undo a fence.
  private func grant(_ connection: PostgresConnection) async throws {
    guard let role = settings.applicationRole else { return }
    let quoted = "\"" + role.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    try await connection.execute(
      "GRANT SELECT, INSERT, UPDATE, DELETE ON \(Schema.tables.joined(separator: ", ")) TO \(quoted)",
      timeout: .seconds(10))
  }
}
