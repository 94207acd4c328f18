/// Parts of the questions about the application's relations. `$1` is the application role.
enum ApplicationSQL {
  /// `relation`: everything that the application may be given the right to write, as `relation` in quotes where it needs
  /// them. Sequences are among it, for they are drawn from.
  static let relation = """
    relation AS (
      SELECT c.oid, c.relkind, c.relowner, n.oid AS namespace, format('%I.%I', n.nspname, c.relname) AS relation,
        coalesce(c.relacl, acldefault(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'f', 'S') AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('information_schema', 'signalbox') AND n.nspname NOT LIKE 'pg\\_%')
    """

  /// `writer`: the application role, and every role whose rights it has or can take on.
  static let writer = """
    writer AS (
      SELECT r.oid, r.rolname FROM pg_roles a JOIN pg_roles r
        ON r.oid = a.oid OR (NOT a.rolsuper AND pg_has_role(a.oid, r.oid, 'MEMBER'))
      WHERE a.rolname = $1::name)
    """

  /// `writable`: tables and views that a writer may write to now, in whole or in part.
  static let writable = """
    writable AS (
      SELECT DISTINCT r.oid, r.relkind, r.relation FROM relation r CROSS JOIN writer w
      WHERE r.relkind <> 'S' AND has_schema_privilege(w.oid, r.namespace, 'USAGE')
        AND (has_table_privilege(w.oid, r.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
          OR has_any_column_privilege(w.oid, r.oid, 'INSERT, UPDATE')))
    """

  /// Whether sessions of the role are read-only from the start, as the server finds out: by the role's settings in this
  /// database, by the role's, by the database's, or by the server's own.
  static let readOnly = """
    coalesce(
      (SELECT o.option_value FROM pg_db_role_setting s, pg_options_to_table(s.setconfig) o
       WHERE o.option_name = 'default_transaction_read_only'
         AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = $1::name))
         AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
       ORDER BY s.setrole = 0, s.setdatabase = 0 LIMIT 1),
      \(serverReadOnly))::bool
    """

  /// What the configuration of the server says, whatever this session is told.
  static let serverReadOnly = """
    (SELECT CASE WHEN source IN ('database', 'user', 'database user', 'client', 'session') THEN boot_val
      ELSE reset_val END FROM pg_settings WHERE name = 'default_transaction_read_only')
    """

  /// `session`: the application's, in this database: those of its role and of roles that write by its rights. Not ours,
  /// and not a superuser's.
  static let session = """
    session AS (
      SELECT a.* FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
      WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND r.rolname <> session_user
        AND NOT r.rolsuper AND (r.rolname = $1::name OR pg_has_role(r.oid, $1::name, 'USAGE'))
        AND a.backend_type NOT IN ('walsender', 'parallel worker') AND a.backend_type NOT LIKE 'logical replication%')
    """

  /// The privilege that `SET ROLE` needs of a role, by the server's version.
  static func taking(_ serverVersion: Int) -> String { serverVersion >= 160_000 ? "SET" : "MEMBER" }
}
