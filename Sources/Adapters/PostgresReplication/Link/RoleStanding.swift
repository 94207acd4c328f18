import Operations
import PostgresAdapter

/// What a database keeps of its right to take the application's writes, as far as a link has to know it.
///
/// A one-way link never writes at a primary: what comes late from the old one would overwrite what the new one has taken.
struct RoleStanding: Sendable, Equatable {
  var standing: DatabaseRole.Standing
  var generation: Generation

  /// - Returns: nil where no role is kept, or this role may not look.
  /// - Throws: ``PostgresError``.
  static func read(_ connection: PostgresConnection) async throws -> RoleStanding? {
    guard try await mayRead(connection, "SELECT") else { return nil }
    return try await connection.query(
      "SELECT standing, generation FROM signalbox.role WHERE id = 1", timeout: .seconds(20)
    ).first.map { row in
      RoleStanding(
        standing: DatabaseRole.Standing(rawValue: try row.get("standing")) ?? .unclaimed,
        generation: Generation(try row.get("generation")))
    }
  }

  /// Whether a transaction can hold the role fast until it ends; a promotion then waits for it, and it for a promotion.
  static func canBeHeld(_ connection: PostgresConnection) async throws -> Bool {
    try await mayRead(connection, "UPDATE")
  }

  private static func mayRead(_ connection: PostgresConnection, _ privilege: String) async throws -> Bool {
    try await connection.query(
      """
      SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'signalbox' AND c.relname = 'role' AND has_schema_privilege(n.oid, 'USAGE')
        AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, $1)
      """, [PostgresValue(privilege)], timeout: .seconds(20)
    ).count == 1
  }

  /// Why a link of these settings must not write at its target; nil where it may.
  func obstacle(_ settings: LinkSettings) -> String? {
    // Where versions are compared, both sides may be written.
    let comparesVersions =
      settings.mode == .streamBoth || (settings.mode == .snapshot && settings.timestampColumn != nil)
    guard standing == .primary, !comparesVersions else { return nil }
    let (source, target) = (settings.sourceNode, settings.targetNode)
    return
      "\(target) is the primary since generation \(generation), and takes no changes of \(source): take \(source) in again "
      + "(signalbox rejoin \(source)), or move the role first (signalbox switchover \(source))"
  }
}
