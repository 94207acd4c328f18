import PostgresAdapter

/// Triggers that remember what is deleted at a side which others write as well: a late update must not bring a row
/// back.
///
/// They fire for the application's deletes and for updates that change a key, not for what is applied; the applier
/// remembers the latter itself, with the version it had where it was made.
enum TombstoneTriggers {
  static let name = "signalbox_bury"

  /// The arguments are the table's name, and a form and a name for each column of its key. The texts must be those that
  /// the applier sees, so the settings that shape them are the function's own. Whoever may make triggers chooses the
  /// arguments: nothing of them is run. Triggers of earlier versions have another function, which stays.
  private static let function = """
    CREATE OR REPLACE FUNCTION signalbox.bury_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres'
      SET extra_float_digits = 3 SET bytea_output = 'hex' SET lc_monetary = 'C' AS $body$
    DECLARE
      parts text;
      its_key text;
    BEGIN
      SELECT string_agg(format(CASE TG_ARGV[a.place::int - 2]
          \(forms) END, a.name), ', ' ORDER BY a.place) INTO parts
        FROM unnest(TG_ARGV) WITH ORDINALITY AS a(name, place) WHERE a.place > 1 AND a.place % 2 = 1;
      EXECUTE 'SELECT jsonb_build_array(' || parts || ')::text' INTO its_key USING OLD;
      INSERT INTO signalbox.tombstone (table_name, key) VALUES (TG_ARGV[0], its_key)
        ON CONFLICT (table_name, key) DO UPDATE SET deleted_at = NULL, node = NULL;
      RETURN NULL;
    END
    $body$;
    """

  private static var forms: String {
    KeyForm.allCases.map { "WHEN '\($0.rawValue)' THEN '\($0.sql("($1).%I"))'" }.joined(separator: " ")
  }

  private static func arguments(of table: TableShape) -> [String] {
    // Sides may have columns, and with them keys, in different orders.
    let columns = table.key.sorted().compactMap { table.column($0) }
    return [table.name] + columns.flatMap { [$0.keyForm.rawValue, $0.name] }
  }

  /// Those that are there already stay: making one waits for everybody who uses the table, and everybody else waits
  /// then.
  ///
  /// - Parameter tables: as the side has them.
  static func make(for tables: [TableShape], on connection: PostgresConnection) async throws {
    try await connection.execute(function, timeout: .seconds(60))
    let known = try await standing(on: connection)
    for table in tables where !table.key.isEmpty {
      let given = arguments(of: table)
      let wanted = given.flatMap { Array($0.utf8) + [0] }.map(Self.hex).joined()
      if known[table.quotedName] == [wanted, wanted] { continue }
      let arguments = given.map(SQLText.literal).joined(separator: ", ")
      // What another trigger changes counts as well, so no columns are named.
      let changed = table.key.map(SQLText.identifier).map { "OLD.\($0) IS DISTINCT FROM NEW.\($0)" }.joined(
        separator: " OR ")
      let quoted = table.quotedName
      // Each in a transaction of its own: nobody waits for all of them.
      let script = """
        DROP TRIGGER IF EXISTS \(name)_delete ON \(quoted);
        CREATE TRIGGER \(name)_delete AFTER DELETE ON \(quoted)
          FOR EACH ROW EXECUTE FUNCTION signalbox.bury_row(\(arguments));
        DROP TRIGGER IF EXISTS \(name)_update ON \(quoted);
        CREATE TRIGGER \(name)_update AFTER UPDATE ON \(quoted)
          FOR EACH ROW WHEN (\(changed)) EXECUTE FUNCTION signalbox.bury_row(\(arguments));

        """
      try await connection.execute(script, timeout: .seconds(60))
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }

  /// What the triggers that fire were given, each ended by a zero, by the quoted name of their table.
  private static func standing(on connection: PostgresConnection) async throws -> [String: [String]] {
    let rows = try await connection.query(
      """
      SELECT n.nspname AS schema, c.relname AS name,
        encode(g.tgargs, 'hex') AS arguments
      FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE g.tgname IN ('\(name)_delete', '\(name)_update') AND g.tgenabled = 'O'
      """, timeout: .seconds(20))
    return try rows.reduce(into: [:]) { found, row in
      let table = SQLText.table(schema: try row.get("schema"), name: try row.get("name"))
      found[table, default: []].append(try row.get("arguments"))
    }
  }

  /// Takes away what serves nobody any more; what cannot be taken away stays, and does no harm but to fill a table.
  ///
  /// - Parameters:
  ///   - shapes: tables as the side has them.
  ///   - publications: those of the link that went both ways before. While others carry marks, another link does.
  static func remove(
    from shapes: [TableShape], unlessOtherThan publications: [String], on connection: PostgresConnection
  ) async throws {
    let left = shapes.filter { $0.triggers.contains { $0.hasPrefix(name) } }
    guard !left.isEmpty else { return }
    let others = try await connection.query(
      """
      SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
        JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'signalbox' AND c.relname = 'applied' AND p.pubname <> ALL ($1::text[]) LIMIT 1
      """, [PostgresValue(TableCatalog.arrayLiteral(publications))], timeout: .seconds(20))
    guard others.isEmpty else { return }
    for shape in left {
      let drops = ["delete", "update"].map { "DROP TRIGGER IF EXISTS \(name)_\($0) ON \(shape.quotedName)" }
      do {
        try await connection.execute(drops.joined(separator: "; "), timeout: .seconds(20))
      } catch let error as PostgresError where error.kind == .server {
        continue
      }
    }
  }
}
