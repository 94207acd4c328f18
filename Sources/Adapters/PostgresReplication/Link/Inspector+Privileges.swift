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
    async let targetBooks = books(on: sides.target, target)
    // What is only read keeps no books.
    let sourceBooks = settings.mode == .snapshot ? nil : try await books(on: sides.source, source)
    for (books, facts, isSource) in [(sourceBooks, source, true), (try await targetBooks, target, false)] {
      guard let books else { continue }
      obstacles.judgeMaking(facts, isMade: books.isMade, atSource: isSource)
      guard let rights = books.rights else { continue }
      judge(closed: rights.closed, facts, atSource: isSource, &obstacles)
      for table in Self.bookNames {
        obstacles.lacks(rights.lacking[table] ?? [], on: table, role: facts.role, atSource: isSource)
      }
      let isReadable = rights.closed.isEmpty && !rights.lacking.values.contains { $0.contains("SELECT") }
      if !isSource, !isReadable { return false }
    }
    return true
  }

  /// What a side has of the link's own tables.
  private struct Books: Sendable {
    var isMade: Bool
    /// What the role lacks; nil where there are none.
    var rights: (lacking: [String: [String]], closed: [String])?
  }

  private static let bookNames = Bookkeeping.tables.map { "signalbox.\($0)" }

  private func books(on connection: PostgresConnection, _ facts: SideFacts) async throws -> Books {
    let made = try await connection.query(
      """
      SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'signalbox' AND c.relname = ANY ($1::text[])
      """, [PostgresValue(TableCatalog.arrayLiteral(Bookkeeping.tables))], timeout: .seconds(20))
    let isMade = made.count == Bookkeeping.tables.count
    guard facts.hasSchema, !made.isEmpty else { return Books(isMade: isMade) }
    let lacking = try await lackedPrivileges(Self.bookNames, Self.written, connection)
    return Books(isMade: isMade, rights: (lacking, try await closedSchemas(["signalbox"], connection)))
  }

  func judgePrivileges(
    _ view: LinkTables, _ sides: Sides, _ source: SideFacts, _ target: SideFacts, _ obstacles: inout Obstacles
  ) async throws {
    let tables = view.scope.included
    let isSnapshot = settings.mode == .snapshot
    async let targetRights = rights(
      on: tables, Self.written + (isSnapshot ? [] : ["TRUNCATE"]), ["SELECT", "UPDATE"], sides.target)
    let sourceRights = try await rights(on: tables, ["SELECT"], ["SELECT"], sides.source)
    let lacking = (source: sourceRights, target: try await targetRights)
    // A stream needs none of it: a partition that somebody makes while it runs is no reason to end it.
    let reads = isSnapshot || !view.uncopied.isEmpty
    for (lacks, facts, isSource) in [(lacking.source, source, true), (lacking.target, target, false)] {
      judge(closed: lacks.closed, facts, atSource: isSource, &obstacles)
      for (privilege, object) in lacks.partitions {
        let blocks = reads || privilege == "TRIGGER"
        obstacles.lacks([privilege], on: object, role: facts.role, atSource: isSource, blocks: blocks)
      }
      // What is applied finds its rows by the whole table, and where both sides are written, the source is asked for
      // what it did not send. By its partitions a table is read only.
      let isAsked = reads || !isSource || settings.mode == .streamBoth
      for table in lacks.hidden {
        obstacles.hidesRows(
          of: table.name, role: facts.role, owner: table.owner, atSource: isSource,
          blocks: table.isWhole ? isAsked : reads)
      }
    }
    if !isSnapshot { try await judgePublishing(tables, sides.source, source, &obstacles) }
    for table in tables {
      let name = table.shape.quotedName
      obstacles.lacks(lacking.source.tables[table.name] ?? [], on: name, role: source.role, atSource: true)
      obstacles.lacks(lacking.target.tables[table.name] ?? [], on: name, role: target.role, atSource: false)
    }
    // A trigger is replaced by the table's owner only, and each side has those that remember deletes.
    if settings.mode == .streamBoth {
      for table in tables.compactMap({ view.target[$0.name] }) where !table.isOwned {
        let owner = try await owner(of: table.name, on: sides.target)
        obstacles.isNotOwner(
          of: table, role: target.role, owner: owner, atSource: false, because: "only an owner may give it triggers")
      }
    }
    if !isSnapshot {
      // What is copied anew is emptied first; what is empty can be filled beside them.
      let inTheWay = view.uncopied.map(\.name).filter { view.records[$0]?.state == .copying }
      for key in try await foreignKeysOfOthers(of: inTheWay, sides.target) {
        let why =
          "\(settings.targetNode), the target: the foreign key \(key.name) has to be away while \(key.copied) is copied, and "
        if !key.isOwned {
          obstacles.add(
            "\(why)\(key.table) is another's: "
              + (key.owner.map { "GRANT \($0) TO \(target.role)" } ?? "ALTER TABLE \(key.table) OWNER TO \(target.role)")
          )
        }
        if let referenced = key.referenced {
          obstacles.add("\(why)made again then: GRANT REFERENCES ON \(referenced) TO \(target.role)")
        }
      }
    }
    // They are read at the source and set past it at the target.
    for (sequences, facts, isSource) in [
      (lacking.source.sequences, source, true), (lacking.target.sequences, target, false),
    ] {
      for (name, lacks) in sequences {
        obstacles.lacks([lacks], on: "SEQUENCE \(name)", role: facts.role, atSource: isSource)
      }
    }
  }

  private struct ForeignKey: Sendable {
    /// Quoted.
    var name: String
    /// Quoted; whose it is.
    var table: String
    /// Quoted; nil for a superuser, whose rights nobody should be given.
    var owner: String?
    var isOwned: Bool
    /// What it refers to, where the role may not refer to it; quoted.
    var referenced: String?
    /// The table that it stands in the way of.
    var copied: String
  }

  /// Foreign keys, of tables or to them, that the role may not take away or not make again.
  private func foreignKeysOfOthers(of tables: [String], _ target: PostgresConnection) async throws -> [ForeignKey] {
    guard !tables.isEmpty else { return [] }
    return try await target.query(
      """
      SELECT DISTINCT ON (k.oid) quote_ident(k.conname) AS name, format('%I.%I', n.nspname, c.relname) AS table_name,
        CASE WHEN NOT r.rolsuper THEN quote_ident(r.rolname) END AS owner, pg_has_role(c.relowner, 'USAGE') AS is_owned,
        CASE WHEN NOT has_any_column_privilege(k.confrelid, 'REFERENCES') THEN k.confrelid::regclass::text END AS referenced,
        t.name AS copied
      FROM unnest($1::text[]) AS t(name)
        JOIN pg_class x ON x.relkind IN ('r', 'p')
        JOIN pg_namespace s ON s.oid = x.relnamespace AND s.nspname || '.' || x.relname = t.name
        JOIN pg_constraint k ON k.contype = 'f' AND k.conparentid = 0 AND x.oid IN (k.conrelid, k.confrelid)
        JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_roles r ON r.oid = c.relowner
      WHERE NOT (pg_has_role(c.relowner, 'USAGE') AND has_any_column_privilege(k.confrelid, 'REFERENCES'))
      ORDER BY k.oid
      """, [PostgresValue(TableCatalog.arrayLiteral(tables))], timeout: .seconds(20)
    ).map { row in
      ForeignKey(
        name: try row.get("name"), table: try row.get("table_name"), owner: try row.getIfPresent("owner"),
        isOwned: try row.get("is_owned"), referenced: try row.getIfPresent("referenced"),
        copied: try row.get("copied"))
    }
  }

  /// What a role lacks at its side.
  private struct LackedRights: Sendable {
    /// Schemas that it may not enter.
    var closed: [String]
    /// By table.
    var tables: [String: [String]]
    /// Of partitions, which are used by themselves too.
    var partitions: [(privilege: String, object: String)]
    /// Tables of which it sees those rows only that a policy shows it; an owner is named whose membership would help.
    var hidden: [HidingTable]
    /// In the order of their names, which are quoted.
    var sequences: [(name: String, lacks: String)]
  }

  private struct HidingTable: Sendable {
    var name: String
    var owner: String?
    /// Not a partition.
    var isWhole: Bool
  }

  private func rights(
    on tables: [ScopedTable], _ privileges: [String], _ ofSequences: [String], _ connection: PostgresConnection
  ) async throws -> LackedRights {
    let names = tables.map(\.name)
    return LackedRights(
      closed: try await closedSchemas(Set(tables.map(\.shape.schema)).sorted(), connection),
      tables: try await lackedPrivileges(names, privileges, connection),
      partitions: try await lackedOfPartitions(names, connection), hidden: try await hidingTables(names, connection),
      sequences: try await lackedOfSequences(ofSequences, connection))
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

  private func judge(closed: [String], _ facts: SideFacts, atSource: Bool, _ obstacles: inout Obstacles) {
    for schema in closed {
      let name = SQLText.identifier(schema)
      obstacles.lacks(["USAGE"], on: "SCHEMA \(name)", role: facts.role, atSource: atSource)
    }
  }

  /// - Returns: those that the role may not enter.
  private func closedSchemas(_ schemas: [String], _ connection: PostgresConnection) async throws -> [String] {
    try await connection.query(
      """
      SELECT nspname AS name FROM pg_namespace
      WHERE nspname = ANY ($1::text[]) AND NOT has_schema_privilege(oid, 'USAGE') ORDER BY 1
      """, [PostgresValue(TableCatalog.arrayLiteral(schemas))], timeout: .seconds(20)
    ).map { try $0.get("name") }
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

  /// A copy and a comparison read each partition by itself, and a trigger of the whole is made as one of each, which a
  /// right to the whole does not allow.
  private func lackedOfPartitions(
    _ tables: [String], _ connection: PostgresConnection
  ) async throws -> [(privilege: String, object: String)] {
    let privileges = ["SELECT"] + (settings.mode == .streamBoth ? ["TRIGGER"] : [])
    let rows = try await connection.query(
      """
      SELECT DISTINCT u.privilege, ln.nspname AS schema, l.relname AS name,
        NOT has_schema_privilege(ln.oid, 'USAGE') AS is_closed,
        NOT has_table_privilege(l.oid, u.privilege) AS is_lacking
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_partition_tree(c.oid) p
        JOIN pg_class l ON l.oid = p.relid JOIN pg_namespace ln ON ln.oid = l.relnamespace
        CROSS JOIN unnest($2::text[]) AS u(privilege)
      WHERE n.nspname || '.' || c.relname = ANY ($1::text[]) AND c.relkind = 'p' AND p.level > 0
        AND NOT (has_schema_privilege(ln.oid, 'USAGE') AND has_table_privilege(l.oid, u.privilege))
        AND (u.privilege <> 'TRIGGER'
          OR NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = l.oid AND g.tgname LIKE $3))
      ORDER BY 1, 2, 3
      """,
      [
        PostgresValue(TableCatalog.arrayLiteral(tables)), PostgresValue(TableCatalog.arrayLiteral(privileges)),
        PostgresValue(TombstoneTriggers.name.replacing("_", with: "\\_") + "%"),
      ], timeout: .seconds(20))
    var closed: [String] = []
    var lacking: [String: [String]] = [:]
    for row in rows {
      let schema: String = try row.get("schema")
      if try row.get("is_closed"), !closed.contains(schema) { closed.append(schema) }
      guard try row.get("is_lacking") else { continue }
      lacking[try row.get("privilege"), default: []].append(SQLText.table(schema: schema, name: try row.get("name")))
    }
    return closed.map { ("USAGE", "SCHEMA \(SQLText.identifier($0))") }
      + privileges.compactMap { privilege in lacking[privilege].map { (privilege, $0.joined(separator: ", ")) } }
  }

  /// Row-level security would keep rows from a copy without a word, and changes from the target's rows.
  private func hidingTables(
    _ tables: [String], _ connection: PostgresConnection
  ) async throws -> [HidingTable] {
    try await connection.query(
      """
      SELECT DISTINCT ln.nspname AS schema, l.relname AS name, l.oid = c.oid AS is_whole,
        CASE WHEN NOT l.relforcerowsecurity AND NOT r.rolsuper THEN quote_ident(r.rolname) END AS owner
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (SELECT c.oid UNION SELECT relid FROM pg_partition_tree(c.oid)) p (relid)
        JOIN pg_class l ON l.oid = p.relid JOIN pg_namespace ln ON ln.oid = l.relnamespace
        JOIN pg_roles r ON r.oid = l.relowner
      WHERE n.nspname || '.' || c.relname = ANY ($1::text[]) AND c.relkind IN ('r', 'p') AND row_security_active(l.oid)
      ORDER BY 1, 2
      """, [PostgresValue(TableCatalog.arrayLiteral(tables))], timeout: .seconds(20)
    ).map { row in
      HidingTable(
        name: SQLText.table(schema: try row.get("schema"), name: try row.get("name")),
        owner: try row.getIfPresent("owner"), isWhole: try row.get("is_whole"))
    }
  }

  private func lackedOfSequences(
    _ privileges: [String], _ connection: PostgresConnection
  ) async throws -> [(name: String, lacks: String)] {
    try await connection.query(
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
        PostgresValue(TableCatalog.arrayLiteral(privileges)),
      ], timeout: .seconds(20)
    ).map { row in
      (SQLText.table(schema: try row.get("schema"), name: try row.get("name")), try row.get("lacking"))
    }
  }
}
