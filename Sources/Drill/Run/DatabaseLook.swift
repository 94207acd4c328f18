import FoundationEssentials
import Lab
import Operations
import PostgresAdapter

/// A look into one database of a lab, as its operator, over a connection of its own.
struct DatabaseLook: Sendable {
  private let settings: Result<PostgresSettings, LabError>

  private static let connectTimeout = Duration.seconds(5)
  private static let timeout = Duration.seconds(30)

  init(_ cloud: LabStatus.Cloud, certificateAuthority: String) {
    let file = cloud.operator.passwordFile
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      settings = .failure(LabError(file, "it cannot be read", remedy: "run the drill as whom the lab belongs to"))
      return
    }
    var settings = PostgresSettings(
      hosts: [.init(cloud.database.host, port: cloud.database.port)], database: cloud.database.name,
      user: cloud.operator.user, password: Secret(String(text.prefix { !$0.isNewline })),
      security: .verifyHost(rootCertificateFile: certificateAuthority), applicationName: "signalbox-drill",
      statementTimeout: Self.timeout)
    // A row's text must be the same on both sides.
    settings.sessionSettings = [
      "timezone": "UTC", "datestyle": "ISO", "intervalstyle": "postgres", "extra_float_digits": "1",
      "bytea_output": "hex",
    ]
    self.settings = .success(settings)
  }

  /// How often each numbered row of a run is there.
  func presentRows(_ rows: RowNumbers) async throws -> [Int: Int] {
    try await with { connection in
      let result = try await connection.query(
        """
        SELECT substr(title, length($1::text) + 1) AS number, count(*) AS times FROM public.tasks
        WHERE starts_with(title, $1::text) GROUP BY 1
        """, [PostgresValue(rows.titlePrefix)], timeout: Self.timeout)
      var present: [Int: Int] = [:]
      for row in result {
        if let number = Int(try row.get("number", as: String.self)) { present[number] = try row.get("times") }
      }
      return present
    }
  }

  func removeRows(_ rows: RowNumbers) async throws {
    try await with { connection in
      _ = try await connection.query(
        "DELETE FROM public.tasks WHERE starts_with(title, $1::text)", [PostgresValue(rows.titlePrefix)],
        timeout: Self.timeout)
    }
  }

  /// Every table of the application. Each cloud's release makes its own books of migrations; they are left out.
  func digests() async throws -> [TableDigest] {
    try await with { connection in
      let tables = try await connection.query(
        """
        SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname = 'public' AND tablename NOT LIKE '%migration%' ORDER BY 1
        """, [], timeout: Self.timeout)
      var digests: [TableDigest] = []
      for table in tables {
        let name: String = try table.get("name")
        let row = try await connection.query(
          """
          SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS hash FROM \(name) t
          """, [], timeout: Self.timeout
        ).only()
        digests.append(TableDigest(name: name, rows: try row.get("rows"), hash: try row.get("hash")))
      }
      return digests
    }
  }

  private func with<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    let connection = try await PostgresConnection.connect(settings.get(), timeout: Self.connectTimeout)
    do {
      let value = try await body(connection)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }
}
