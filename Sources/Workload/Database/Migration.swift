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
      lines.append("\(host): schema \(Schema.steps.count), \(try await migrate(host))")
    }
    return lines
  }

  private func migrate(_ host: PostgresSettings.Host) async throws -> String {
    let timeout = Duration.seconds(30)
    let connection = try await PostgresConnection.connect(settings.settings([host], .any), timeout: .seconds(10))
    // One migration at a time; and a secondary that is fenced still gets its tables.
    try await connection.execute(
      "BEGIN; SET TRANSACTION READ WRITE; SELECT pg_advisory_xact_lock(5297)", timeout: timeout)
    let present = try await version(connection)
    for step in Schema.steps.dropFirst(present) { try await connection.execute(step, timeout: timeout) }
    let isGranted = try await grant(connection, from: present)
    if present < Schema.steps.count {
      try await connection.execute(
        "COMMENT ON TABLE accounts IS '\(Schema.comment(Schema.steps.count))'", timeout: timeout)
    }
    try await connection.execute("COMMIT", timeout: timeout)
    await connection.close()
    let taken = max(0, Schema.steps.count - present)
    return (taken == 0 ? "up to date" : "migrated by \(taken) step(s)")
      + (isGranted ? "" : "; fenced, so new tables may only be read: migrate again once it takes writes")
  }

  /// How many steps the database has taken.
  private func version(_ connection: PostgresConnection) async throws -> Int {
    let comment = try await connection.query(
      "SELECT obj_description(to_regclass('public.accounts'), 'pg_class') AS comment", timeout: .seconds(10)
    ).only().getIfPresent("comment", as: String.self)
    return comment.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
  }

  /// Rights to the tables of new steps, and to those of old ones that had to wait. A grant must not undo a fence: where the
  /// application may not write to the first table, it may only read the others.
  ///
  /// - Returns: whether the application may write to each table that it may write to elsewhere.
  private func grant(_ connection: PostgresConnection, from present: Int) async throws -> Bool {
    guard let role = settings.applicationRole else { return true }
    let quoted = "\"" + role.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    let timeout = Duration.seconds(10)
    if present == 0 {
      try await connection.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON \(Schema.tables.flatMap(\.self).joined(separator: ", ")) TO \(quoted)",
        timeout: timeout)
      return true
    }
    let later = Schema.tables.dropFirst().flatMap(\.self)
    let lacking = try await connection.query(
      "SELECT name FROM unnest($1::text[]) AS name WHERE NOT has_table_privilege($2::name, name, 'INSERT')",
      [PostgresValue("{\(later.joined(separator: ","))}"), PostgresValue(role)], timeout: timeout
    ).map { try $0.get("name", as: String.self) }
    guard !lacking.isEmpty else { return true }
    let isWritable: Bool = try await connection.query(
      "SELECT has_table_privilege($1::name, 'accounts', 'INSERT') AS writable", [PostgresValue(role)], timeout: timeout
    ).only().get("writable")
    try await connection.execute(
      "GRANT SELECT\(isWritable ? ", INSERT, UPDATE, DELETE" : "") ON \(lacking.joined(separator: ", ")) TO \(quoted)",
      timeout: timeout)
    return isWritable
  }
}
