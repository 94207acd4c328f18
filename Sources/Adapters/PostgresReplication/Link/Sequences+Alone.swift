import Operations
import PostgresAdapter

extension Sequences {
  /// A sequence, and the column that draws from it.
  private struct Draw: Sendable {
    var sequence: String
    var table: String
    var column: String
  }

  /// Sets the target's sequences to the margin past the furthest value that its own rows have used, for when the source
  /// cannot be asked. Those that no column draws from are left alone.
  ///
  /// - Returns: how many were moved.
  /// - Throws: ``LinkFailure``.
  func advanceAlone() async throws -> Int {
    try await LinkChores(settings: settings).ask(settings.target) { target in
      let states = try await read(target)
      var used: [String: Int64] = [:]
      // Several columns may draw from one.
      for draw in try await draws(target) {
        guard let state = states[draw.sequence] else { continue }
        // Where no row is, the source may have made the first ones and lost them with its log.
        let first = state.isCalled ? nil : state.lastValue
        guard let value = try await furthest(draw, state, target) ?? first else { continue }
        used[draw.sequence] = used[draw.sequence].map { state.increment > 0 ? max($0, value) : min($0, value) } ?? value
      }
      var moved = 0
      for (name, value) in used.sorted(by: { $0.key < $1.key }) {
        guard let state = states[name] else { continue }
        var source = state
        source.lastValue = value
        source.isCalled = true
        guard let goal = Self.goal(source, state, margin: margin) else { continue }
        try await target.query(
          "SELECT setval($1::regclass, $2::bigint, true)", [PostgresValue(name), PostgresValue(goal)],
          timeout: .seconds(20))
        moved += 1
      }
      return moved
    }
  }

  private func furthest(_ draw: Draw, _ state: State, _ target: PostgresConnection) async throws -> Int64? {
    let edge = state.increment > 0 ? "max" : "min"
    return try await target.query(
      "SELECT \(edge)(\(draw.column))::bigint AS furthest FROM \(draw.table)", timeout: .seconds(60)
    ).only().getIfPresent("furthest")
  }

  /// Identity and serial columns own their sequence; others name it in their default.
  private func draws(_ target: PostgresConnection) async throws -> [Draw] {
    let rows = try await target.query(
      """
      WITH draw AS (
        SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS number FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
          AND d.refobjsubid > 0
        UNION
        SELECT d.refobjid, f.adrelid, f.adnum FROM pg_attrdef f
        JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
          AND d.refclassid = 'pg_class'::regclass)
      SELECT format('%I.%I', sn.nspname, s.relname) AS sequence, format('%I.%I', tn.nspname, t.relname) AS relation,
        quote_ident(a.attname) AS name
      FROM draw w
      JOIN pg_class s ON s.oid = w.sequence AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
      JOIN pg_class t ON t.oid = w.relation AND t.relkind IN ('r', 'p') JOIN pg_namespace tn ON tn.oid = t.relnamespace
      JOIN pg_attribute a ON a.attrelid = w.relation AND a.attnum = w.number AND NOT a.attisdropped
      WHERE sn.nspname = ANY ($1::text[])
        AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
      ORDER BY 1, 2, 3
      """, [PostgresValue(TableCatalog.arrayLiteral(settings.schemas))], timeout: .seconds(30))
    return try rows.map { row in
      Draw(sequence: try row.get("sequence"), table: try row.get("relation"), column: try row.get("name"))
    }
  }
}
