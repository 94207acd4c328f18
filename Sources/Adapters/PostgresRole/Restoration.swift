import Operations
import PostgresAdapter

/// Remembered rights, fitted to the relations that this database has.
struct Restoration: Sendable {
  /// Those that can be given back, each with who gives it.
  private(set) var rights: [HeldRight] = []
  /// Tables, and columns of tables, that are remembered and not here.
  private(set) var missing: [String] = []
  private let applicationRole: String
  /// Ordinary and partitioned tables.
  private var tables: Set<String> = []

  private struct Relation: Sendable {
    var name: String
    var kind: String
    var owner: String
    var columns: Set<String>
  }

  /// - Throws: `PostgresError`.
  init(of memory: [RightsMemory.Entry], to applicationRole: String, _ turn: Turn) async throws {
    self.applicationRole = applicationRole
    let relations = try await Self.relations(Set(memory.map(\.relation)).sorted(), turn)
    let settable = try await Self.settable(Set(memory.compactMap(\.grantor)).sorted(), turn)
    for entry in memory {
      guard let relation = relations[entry.relation] else {
        if missing.last != entry.relation { missing.append(entry.relation) }
        continue
      }
      var privilege = entry.privilege
      let isSequence = relation.kind == "S"
      let gone = privilege.columns.filter { !relation.columns.contains($0) }
      missing += gone.map { "\(entry.relation) (\($0))" }
      privilege.columns.removeAll { gone.contains($0) }
      // A privilege of columns that are all gone must not become one of the whole table.
      guard gone.isEmpty || !privilege.columns.isEmpty, isSequence || privilege.kind != .usage else { continue }
      // Whoever gave it here gives it again; a role that is no more, or never was here, is stood in for by the owner.
      let grantor = entry.grantor.flatMap { settable.contains($0) ? $0 : nil } ?? relation.owner
      rights.append(
        HeldRight(relation: relation.name, isSequence: isSequence, privilege: privilege, grantor: grantor))
      if relation.kind == "r" || relation.kind == "p" { tables.insert(relation.name) }
    }
  }

  /// Statements, by who must say them.
  var grants: [(grantor: String, statements: [String])] {
    Dictionary(grouping: rights, by: \.grantor).sorted { $0.key < $1.key }.map { grantor, rights in
      (
        grantor,
        rights.map { right in
          "GRANT \(right.privilege.clause) ON \(right.isSequence ? "SEQUENCE " : "")\(right.relation) TO "
            + Quoted.identifier(applicationRole) + (right.privilege.isGrantable ? " WITH GRANT OPTION" : "")
        }
      )
    }
  }

  /// Writes of whole tables that must be let through afterwards.
  var provable: [String: Set<Privilege.Kind>] {
    rights.filter { $0.privilege.columns.isEmpty && tables.contains($0.relation) }.reduce(into: [:]) { found, right in
      found[right.relation, default: []].insert(right.privilege.kind)
    }
  }

  private static func relations(_ names: [String], _ turn: Turn) async throws -> [String: Relation] {
    let rows = try await turn.query(
      """
      SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind::text AS kind, o.rolname::text AS owner,
        coalesce((SELECT string_agg(a.attname, chr(31)) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '') AS columns
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
      WHERE c.relkind IN ('r', 'p', 'v', 'f', 'S') AND format('%I.%I', n.nspname, c.relname) = ANY ($1::text[])
        AND n.nspname NOT IN ('information_schema', 'signalbox') AND n.nspname NOT LIKE 'pg\\_%'
      """, [PostgresValue(Quoted.array(names))])
    var relations: [String: Relation] = [:]
    for row in rows {
      let columns: String = try row.get("columns")
      let relation = Relation(
        name: try row.get("name"), kind: try row.get("kind"), owner: try row.get("owner"),
        columns: Set(columns.split(separator: "\u{1F}").map(String.init)))
      relations[relation.name] = relation
    }
    return relations
  }

  private static func settable(_ roles: [String], _ turn: Turn) async throws -> Set<String> {
    let rows = try await turn.query(
      """
      SELECT rolname::text AS name FROM pg_roles WHERE rolname = ANY ($1::text[]::name[])
        AND pg_has_role(session_user, oid, '\(ApplicationSQL.taking(turn.connection.serverVersionNumber))')
      """, [PostgresValue(Quoted.array(roles))])
    return Set(try rows.map { try $0.get("name", as: String.self) })
  }
}
