import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization

@testable import PostgresRole

/// A database of a test's own with the roles of a real installation: nobody is a superuser, the application does not own
/// its tables, and the operator's role is a member of both.
struct RoleBench {
  private static let shared = Task {
    try await start("127.29.0.1", extraSettings: ["max_connections = 300"])
  }
  private static let other = Task { try await start("127.29.0.2") }
  static var otherServer: TemporaryCluster { get async throws { try await other.value } }
  private static let count = Mutex(0)

  static func start(_ address: String, extraSettings: [String] = []) async throws -> TemporaryCluster {
    let cluster = try await TemporaryCluster.start(address: address, extraSettings: extraSettings)
    try await cluster.administer(
      """
      CREATE ROLE app_owner LOGIN PASSWORD '\(TemporaryCluster.password)';
      CREATE ROLE signalbox LOGIN PASSWORD '\(TemporaryCluster.password)';
      GRANT app, app_owner TO signalbox;
      """, database: "postgres")
    return cluster
  }

  /// What an application has, with rights of every kind.
  static let schema = """
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
    GRANT CREATE ON SCHEMA public TO app_owner;
    SET ROLE app_owner;
    CREATE TABLE task (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text, done boolean, secret text);
    CREATE TABLE account (id int PRIMARY KEY, email text);
    CREATE TABLE "Odd ""name" (id int PRIMARY KEY, "a b" text);
    CREATE TABLE event (id int, at int) PARTITION BY RANGE (at);
    CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (1000);
    CREATE TABLE note (id int PRIMARY KEY);
    CREATE VIEW open_task AS SELECT * FROM task WHERE NOT done;
    CREATE SEQUENCE ticket;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO app;
    GRANT INSERT, DELETE, UPDATE (title, done) ON task TO app;
    GRANT INSERT, UPDATE, DELETE, TRUNCATE ON account TO app;
    GRANT UPDATE ("a b") ON "Odd ""name" TO app WITH GRANT OPTION;
    GRANT INSERT ON event, "Odd ""name" TO app;
    GRANT UPDATE ON open_task TO app;
    GRANT USAGE ON SEQUENCE ticket TO app;
    RESET ROLE;
    """

  let cluster: TemporaryCluster
  let database: String

  /// - Parameter cluster: one that ``start(_:extraSettings:)`` made; nil for the one that tests share.
  init(_ cluster: TemporaryCluster? = nil, name: String? = nil, schema: String = RoleBench.schema) async throws {
    if let cluster { self.cluster = cluster } else { self.cluster = try await Self.shared.value }
    let number = Self.count.withLock { count in
      count += 1
      return count
    }
    database = name ?? "bench\(number)"
    try await self.cluster.administer(
      "CREATE DATABASE \(database) OWNER app_owner TEMPLATE template0", database: "postgres")
    try await administer("GRANT CREATE ON DATABASE \(database) TO signalbox; \(schema)")
  }

  func administer(_ sql: String) async throws { try await cluster.administer(sql, database: database) }

  func settings(_ user: String) -> PostgresSettings {
    var settings = cluster.settings()
    settings.database = database
    settings.user = user
    return settings
  }

  func controller(
    _ actor: String = "kit@ops1", limits: RoleLimits = RoleLimits(), role: String = "app"
  ) throws -> PostgresRole {
    try PostgresRole(settings: settings("signalbox"), applicationRole: role, actor: actor, limits: limits)
  }

  func connect(_ user: String = "app") async throws -> PostgresConnection {
    try await PostgresConnection.connect(settings(user), timeout: .seconds(10))
  }

  static let write = "INSERT INTO public.task (title) VALUES ('written')"

  /// One write in a session of its own.
  ///
  /// - Returns: nil when it was accepted, else the refusal's SQLSTATE.
  func refusal(_ sql: String = RoleBench.write, as user: String = "app") async throws -> String? {
    let session = try await connect(user)
    do {
      try await session.execute(sql, timeout: .seconds(10))
      await session.close()
      return nil
    } catch let error as PostgresError {
      await session.close()
      return error.sqlState ?? "\(error)"
    }
  }

  /// The first column of all rows, as text, asked by the superuser's leave.
  func column(_ sql: String, as user: String = "signalbox") async throws -> [String] {
    let session = try await connect(user)
    let result = try await session.query(sql, timeout: .seconds(30))
    await session.close()
    let name = result.columnNames[0]
    return try result.map { try $0.getIfPresent(name) ?? "∅" }
  }

  /// Every right that is written down of everything in the database, and every default, in order.
  func everyRight() async throws -> [String] {
    try await column(
      """
      SELECT format('%s %s %s %s %s %s', c.relname, a.attname, e.grantee::regrole, e.privilege_type, e.is_grantable,
        e.grantor::regrole) AS entry
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
      LEFT JOIN LATERAL (SELECT NULL::name AS attname, c.relacl AS acl
        UNION ALL SELECT t.attname, t.attacl FROM pg_attribute t WHERE t.attrelid = c.oid) a ON true
      CROSS JOIN LATERAL aclexplode(a.acl) e
      UNION ALL
      SELECT format('default %s %s %s %s %s', d.defaclrole::regrole, d.defaclnamespace::regnamespace, d.defaclobjtype,
        e.grantee::regrole, e.privilege_type)
      FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) e
      UNION ALL
      SELECT format('%s %s', s.setrole::regrole, s.setconfig) FROM pg_db_role_setting s
      WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
      ORDER BY 1
      """)
  }
}
