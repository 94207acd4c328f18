import Operations
import PostgresAdapter

/// What the roles may do. The catalogs alone are read, so that nothing has to be allowed for the answer.
extension Inspector {
  private static let written = ["SELECT", "INSERT", "UPDATE", "DELETE"]

  /// The link's own tables, which someone else may have made.
  ///
  /// - Returns: whether the target's can be read.
  func judgeBooks(
    _ sides: Sides, _ source: SideFacts, _ target: SideFacts, _ obstacles: inout Obstacles
  ) async throws -> Bool {
    for (connection, facts, isSource) in [(sides.source, source, true), (sides.target, target, false)] {
      // What is only read keeps no books.
      if isSource, settings.mode == .snapshot { continue }
      let made = try await connection.query(
        """
        SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'signalbox' AND c.relname = ANY ($1::text[])
        """, [PostgresValue(TableCatalog.arrayLiteral(Bookkeeping.tables))], timeout: .seconds(20))
      let isMade = made.count == Bookkeeping.tables.count
      obstacles.judgeMaking(facts, isMade: isMade, atSource: isSource)
      guard facts.hasSchema, !made.isEmpty else { continue }
      let names = Bookkeeping.tables.map { "signalbox.\($0)" }
      let lacking = try await lackedPrivileges(names, Self.written, connection)
      let mayEnter = try await judgeSchemas(["signalbox"], connection, facts, atSource: isSource, &obstacles)
      for table in names {
        obstacles.lacks(lacking[table] ?? [], on: table, role: facts.role, atSource: isSource)
      }
      if !isSource, !mayEnter || lacking.values.contains(where: { $0.contains("SELECT") }) { return false }
    }
    return true
  }

  func judgePrivileges(
    _ view: LinkTables, _ sides: Sides, _ source: SideFacts, _ target: SideFacts, _ obstacles: inout Obstacles
  ) async throws {
    let tables = view.scope.included
    let schemas = Set(tables.map(\.shape.schema)).sorted()
    _ = try await judgeSchemas(schemas, sides.source, source, atSource: true, &obstacles)
    _ = try await judgeSchemas(schemas, sides.target, target, atSource: false, &obstacles)
    if settings.mode != .snapshot { try await judgePublishing(tables, sides.source, source, &obstacles) }
    let names = tables.map(\.name)
    let isSnapshot = settings.mode == .snapshot
    async let atTarget = lackedPrivileges(names, Self.written + (isSnapshot ? [] : ["TRUNCATE"]), sides.target)
    let sourceLacking = try await lackedPrivileges(names, ["SELECT"], sides.source)
    let targetLacking = try await atTarget
    for table in tables {
      let name = table.shape.quotedName
      obstacles.lacks(sourceLacking[table.name] ?? [], on: name, role: source.role, atSource: true)
      obstacles.lacks(targetLacking[table.name] ?? [], on: name, role: target.role, atSource: false)
    }
    // A trigger is replaced by the table's owner only, and each side has those that remember deletes.
    if settings.mode == .streamBoth {
      for table in tables.compactMap({ view.target[$0.name] }) where !table.isOwned {
        let owner = try await owner(of: table.name, on: sides.target)
        obstacles.isNotOwner(
          of: table, role: target.role, owner: owner, atSource: false, because: "only an owner may give it triggers")
      }
    }
    try await judgeSequences(sides, source, target, &obstacles)
  }

  private func judgePublishing(
    _ tables: [ScopedTable], _ source: PostgresConnection, _ facts: SideFacts, _ obstacles: inout Obstacles
  ) async throws {
    let published = try await Publication.published(settings, on: source)
    if !facts.mayCreateInDatabase, settings.publications.contains(where: { published[$0] == nil }) {
      obstacles.lacksCreate(facts, atSource: true)
    }
    let known = published.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    for table in tables where !table.shape.isOwned {
      let needsIdentity = table.identity == .wholeRow && table.shape.replicaIdentity != "f"
      let needsTriggers = settings.mode == .streamBoth
      guard needsIdentity || needsTriggers || !known.contains(table.shape.quotedName) else { continue }
      let owner = try await owner(of: table.name, on: source)
      obstacles.isNotOwner(
        of: table.shape, role: facts.role, owner: owner, atSource: true, because: "only an owner may publish it")
    }
  }

  /// - Returns: quoted; nil for a superuser, whose rights nobody should be given.
  private func owner(of table: String, on connection: PostgresConnection) async throws -> String? {
    try await connection.query(
      """
      SELECT CASE WHEN NOT r.rolsuper THEN quote_ident(r.rolname) END AS owner
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
      WHERE n.nspname || '.' || c.relname = $1 AND c.relkind IN ('r', 'p')
      """, [PostgresValue(table)], timeout: .seconds(20)
    ).first?.getIfPresent("owner")
  }

  /// - Returns: whether all of them can be entered.
  private func judgeSchemas(
    _ schemas: [String], _ connection: PostgresConnection, _ facts: SideFacts, atSource: Bool,
    _ obstacles: inout Obstacles
  ) async throws -> Bool {
    let closed = try await connection.query(
      """
      SELECT nspname AS name FROM pg_namespace
      WHERE nspname = ANY ($1::text[]) AND NOT has_schema_privilege(oid, 'USAGE') ORDER BY 1
      """, [PostgresValue(TableCatalog.arrayLiteral(schemas))], timeout: .seconds(20))
    for schema in closed {
      let name = SQLText.identifier(try schema.get("name"))
      obstacles.lacks(["USAGE"], on: "SCHEMA \(name)", role: facts.role, atSource: atSource)
    }
    return closed.isEmpty
  }

  /// By `schema.table`; tables that do not exist lack nothing.
  private func lackedPrivileges(
    _ tables: [String], _ privileges: [String], _ connection: PostgresConnection
  ) async throws -> [String: [String]] {
    let rows = try await connection.query(
      """
      SELECT n.nspname || '.' || c.relname AS name, u.privilege
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN unnest($2::text[]) WITH ORDINALITY AS u(privilege, place)
      WHERE n.nspname || '.' || c.relname = ANY ($1::text[]) AND c.relkind IN ('r', 'p')
        AND NOT has_table_privilege(c.oid, u.privilege)
      ORDER BY 1, u.place
      """,
      [PostgresValue(TableCatalog.arrayLiteral(tables)), PostgresValue(TableCatalog.arrayLiteral(privileges))],
      timeout: .seconds(20))
    var lacking: [String: [String]] = [:]
    for row in rows { lacking[try row.get("name"), default: []].append(try row.get("privilege")) }
    return lacking
  }

  /// They are read at the source and set past it at the target.
  private func judgeSequences(
    _ sides: Sides, _ source: SideFacts, _ target: SideFacts, _ obstacles: inout Obstacles
  ) async throws {
    for (connection, facts, isSource) in [(sides.source, source, true), (sides.target, target, false)] {
      let rows = try await connection.query(
        """
        SELECT n.nspname AS schema, c.relname AS name, string_agg(u.privilege, ', ' ORDER BY u.place) AS lacking
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          CROSS JOIN unnest($2::text[]) WITH ORDINALITY AS u(privilege, place)
        WHERE c.relkind = 'S' AND n.nspname = ANY ($1::text[]) AND n.nspname <> 'signalbox'
          AND NOT has_sequence_privilege(c.oid, u.privilege)
        GROUP BY 1, 2 ORDER BY 1, 2
        """,
        [
          PostgresValue(TableCatalog.arrayLiteral(settings.schemas)),
          PostgresValue(TableCatalog.arrayLiteral(isSource ? ["SELECT"] : ["SELECT", "UPDATE"])),
        ], timeout: .seconds(20))
      for row in rows {
        let name = SQLText.table(schema: try row.get("schema"), name: try row.get("name"))
        obstacles.lacks(
          [try row.get("lacking")], on: "SEQUENCE \(name)", role: facts.role, atSource: isSource)
      }
    }
  }
}
