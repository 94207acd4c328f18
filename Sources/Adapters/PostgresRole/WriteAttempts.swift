import Operations
import PostgresAdapter

/// Writes tried as the application's role, of no row each: the server judges them as any other, and nothing changes where
/// it lets them pass.
struct WriteAttempts: Sendable, Equatable {
  /// `INSERT into public.task`.
  var accepted: [String]
  var refused: [String]
  /// Could not be told, because of a lock or the like.
  var untold: [String]
  /// The first refusal, in the server's words: `permission denied for table task (42501)`.
  var reason: String?

  /// - Parameters:
  ///   - tables: those to try, as SQL has them; nil for all of the application's.
  ///   - asApplication: whether the lease and the fence's triggers bind this session for the moment.
  static func run(
    as applicationRole: String, tables: [String]? = nil, asApplication: Bool, _ turn: Turn
  ) async throws -> WriteAttempts {
    // Inside the caller's transaction, and undone: a table may have triggers of its own.
    try await turn.execute(
      """
      SAVEPOINT attempts; SET LOCAL lock_timeout = '100ms'; SET LOCAL \(LeaseSQL.asApplication) = '\(asApplication ? "on" : "off")';
      SET LOCAL ROLE \(Quoted.identifier(applicationRole))
      """)
    try await turn.execute(script(tables))
    let row = try await turn.execute(
      """
      SELECT current_setting('signalbox.accepted') AS accepted, current_setting('signalbox.refused') AS refused,
        current_setting('signalbox.untold') AS untold, current_setting('signalbox.reason') AS reason
      """
    ).only()
    try await turn.execute("ROLLBACK TO SAVEPOINT attempts")
    let lines = { (column: String) in try row.get(column, as: String.self).split(separator: "\n").map(String.init) }
    let reason: String = try row.get("reason")
    return WriteAttempts(
      accepted: try lines("accepted"), refused: try lines("refused"), untold: try lines("untold"),
      reason: reason.isEmpty ? nil : reason)
  }

  /// Each attempt is a subtransaction. Of a table's columns one is tried that the role may write, if there is one.
  private static func script(_ tables: [String]?) -> String {
    let chosen = tables.map {
      " AND format('%I.%I', n.nspname, c.relname) = ANY (\(Quoted.literal(Quoted.array($0)))::text[])"
    }
    return """
      DO $attempts$
      DECLARE
        target record;
        attempt record;
        accepted text := '';
        refused text := '';
        untold text := '';
        reason text := '';
      BEGIN
        FOR target IN
          SELECT format('%I.%I', n.nspname, c.relname) AS name,
            (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
               AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
             ORDER BY has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'INSERT') DESC,
               a.attnum LIMIT 1) AS inserted,
            (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
               AND NOT a.attisdropped AND a.attgenerated = ''
             ORDER BY has_column_privilege(c.oid, a.attnum, 'UPDATE') DESC, a.attnum LIMIT 1) AS updated
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
            AND n.nspname NOT IN ('information_schema', 'signalbox') AND n.nspname NOT LIKE 'pg\\_%'\(chosen ?? "")
          ORDER BY n.nspname, c.relname LIMIT 2000
        LOOP
          FOR attempt IN VALUES
            ('INSERT into ', format('INSERT INTO %s (%s) SELECT NULL WHERE false', target.name, target.inserted)),
            ('UPDATE of ', format('UPDATE %s SET %s = DEFAULT WHERE false', target.name, target.updated)),
            ('DELETE from ', format('DELETE FROM %s WHERE false', target.name))
          LOOP
            CONTINUE WHEN attempt.column1 = 'INSERT into ' AND target.inserted IS NULL
              OR attempt.column1 = 'UPDATE of ' AND target.updated IS NULL;
            BEGIN
              EXECUTE attempt.column2;
              accepted := accepted || attempt.column1 || target.name || E'\\n';
            EXCEPTION
              WHEN insufficient_privilege OR read_only_sql_transaction THEN
                refused := refused || attempt.column1 || target.name || E'\\n';
                IF reason = '' THEN reason := SQLERRM || ' (' || SQLSTATE || ')'; END IF;
              WHEN OTHERS THEN
                untold := untold || attempt.column1 || target.name || ': ' || replace(SQLERRM, E'\\n', ' ') || E'\\n';
            END;
          END LOOP;
        END LOOP;
        PERFORM set_config('signalbox.accepted', accepted, true), set_config('signalbox.refused', refused, true),
          set_config('signalbox.untold', untold, true), set_config('signalbox.reason', reason, true);
      END
      $attempts$
      """
  }
}
