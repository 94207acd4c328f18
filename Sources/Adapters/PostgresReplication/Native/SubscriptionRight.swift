import PostgresAdapter

/// Whether the role may make a subscription at the target.
///
/// Source: PostgreSQL 15 and 16 documentation, CREATE SUBSCRIPTION, "Notes"; Amazon RDS and Azure flexible server grant
/// it with `rds_superuser` and `azure_pg_admin`.
struct SubscriptionRight: Sendable, Equatable {
  var role: String
  var database: String
  var isAllowed: Bool
  var isManaged: SideFacts.Managed?
  var version: Int

  static func read(_ target: PostgresConnection) async throws -> SubscriptionRight {
    let row = try await target.query(
      """
      SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
        has_database_privilege(current_database(), 'CREATE') AS may_create,
        (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super,
        EXISTS (SELECT FROM pg_roles WHERE rolname IN ('rds_superuser', 'azure_pg_admin', 'pg_create_subscription')
          AND pg_has_role(oid, 'USAGE')) AS granted,
        EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_superuser') AS is_rds,
        EXISTS (SELECT FROM pg_roles WHERE rolname = 'azure_pg_admin') AS is_azure
      """, timeout: .seconds(20)
    ).only()
    let isGranted = try row.get("granted", as: Bool.self) && row.get("may_create", as: Bool.self)
    return SubscriptionRight(
      role: try row.get("role"), database: try row.get("database"), isAllowed: try row.get("super") || isGranted,
      isManaged: try row.get("is_rds") ? .rds : try row.get("is_azure") ? .azure : nil,
      version: target.serverVersionNumber)
  }

  /// Nil where it may.
  func obstacle(at target: String) -> String? {
    guard !isAllowed else { return nil }
    let remedy =
      switch isManaged {
      case .rds: "GRANT rds_superuser TO \(role)"
      case .azure: "GRANT azure_pg_admin TO \(role)"
      case nil where version >= 160000:
        "GRANT pg_create_subscription TO \(role); GRANT CREATE ON DATABASE \(database) TO \(role)"
      case nil: "ALTER ROLE \(role) SUPERUSER"
      }
    return "\(target): the role \(role) may not make a subscription: \(remedy), or use mode: stream, which needs none"
  }
}
