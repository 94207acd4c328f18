/// The lease in the database itself: when it ends, who is told, and what tells them.
///
/// `signalbox.lease_end` is a sequence whose value is the end in microseconds since 1970, 0 while no lease is armed, and
/// 1 at a fenced database. A sequence has one value for everybody at once: what a transaction has seen before, and how
/// isolated it is, changes nothing (PostgreSQL documentation, `setval`: not transactional).
///
/// A trigger on each of the application's tables looks at it before every statement that writes. The first one in a
/// transaction puts a row into `signalbox.lease_guard` besides, whose deferred trigger looks again when the transaction
/// commits: nothing is committed after the end. The rows are swept away by renewals, which the armed lease needs.
///
/// The functions run as their owner, for the application has no right to the schema; so every operator and type in them is
/// named in full, for the application's search path is its own. They are silent for what is applied with
/// `session_replication_role = replica`, as triggers are, and for the role of this program.
enum LeaseSQL {
  static let trigger = "signalbox_lease"
  /// The transaction's setting that says that it is guarded.
  private static let guarded = "signalbox.guarded"
  /// Set by a session of this program that wants to be treated as one of the application's.
  static let asApplication = "signalbox.as_application"

  static let tables = """
    CREATE SEQUENCE IF NOT EXISTS signalbox.lease_end MINVALUE 0 START 0 NO CYCLE;
    CREATE UNLOGGED TABLE IF NOT EXISTS signalbox.lease_guard (mark boolean)
      WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
    """

  /// `lease_binds`: whether an end that has passed is one for this session. A lease's end is one for everybody; a fence,
  /// for the application's sessions alone: a migration's may still write what it must.
  static let functions = """
    CREATE OR REPLACE FUNCTION signalbox.lease_binds(ends bigint) RETURNS boolean LANGUAGE plpgsql AS $body$
    BEGIN
      IF coalesce(pg_catalog.current_setting('\(asApplication)', true), '') OPERATOR(pg_catalog.=) 'on' THEN
        RETURN true;
      ELSIF session_user OPERATOR(pg_catalog.=) current_user THEN
        RETURN false;
      ELSIF ends OPERATOR(pg_catalog.>) 1 THEN
        RETURN true;
      END IF;
      RETURN (SELECT pg_catalog.pg_has_role(session_user, k.application, 'USAGE') AND NOT r.rolsuper
        FROM signalbox.role k CROSS JOIN pg_catalog.pg_roles r
        WHERE k.id OPERATOR(pg_catalog.=) 1 AND r.rolname OPERATOR(pg_catalog.=) session_user);
    END
    $body$;
    CREATE OR REPLACE FUNCTION signalbox.lease_check() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
    DECLARE
      ends bigint := pg_catalog.pg_sequence_last_value('signalbox.lease_end'::pg_catalog.regclass);
      ignored pg_catalog.text;
    BEGIN
      IF ends OPERATOR(pg_catalog.=) 0 THEN
        RETURN NULL;
      END IF;
      IF pg_catalog.clock_timestamp() OPERATOR(pg_catalog.>=) (TIMESTAMP WITH TIME ZONE 'epoch'
          OPERATOR(pg_catalog.+) (INTERVAL '1 microsecond' OPERATOR(pg_catalog.*) ends)) THEN
        IF signalbox.lease_binds(ends) THEN
          RAISE EXCEPTION USING ERRCODE = 'read_only_sql_transaction', MESSAGE = CASE WHEN ends OPERATOR(pg_catalog.>) 1
            THEN 'this database''s lease to take writes has ended' ELSE 'this database is fenced: it takes no writes' END,
            HINT = 'Another database may be the primary by now.';
        END IF;
        RETURN NULL;
      END IF;
      IF TG_WHEN OPERATOR(pg_catalog.=) 'BEFORE'
          AND coalesce(pg_catalog.current_setting('\(guarded)', true), '') OPERATOR(pg_catalog.<>) 'yes' THEN
        ignored := pg_catalog.set_config('\(guarded)', 'yes', true);
        INSERT INTO signalbox.lease_guard DEFAULT VALUES;
      END IF;
      RETURN NULL;
    END
    $body$;
    """

  static let guardTrigger = """
    DO $body$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'signalbox.lease_guard'::regclass
          AND tgname = '\(trigger)') THEN
        CREATE CONSTRAINT TRIGGER \(trigger) AFTER INSERT ON signalbox.lease_guard
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION signalbox.lease_check();
        CREATE TRIGGER \(trigger) BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON signalbox.role_check
          FOR EACH STATEMENT EXECUTE FUNCTION signalbox.lease_check();
        PERFORM setval('signalbox.lease_end', 0);
      END IF;
    END $body$;
    """

  static func make(on table: String) -> String {
    """
    CREATE TRIGGER \(trigger) BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON \(table)
      FOR EACH STATEMENT EXECUTE FUNCTION signalbox.lease_check()
    """
  }

  /// Of the relations `writable`, tables that no enabled trigger of the lease is on.
  static let uncovered = """
    uncovered AS (
      SELECT w.oid, w.relation FROM writable w WHERE w.relkind IN ('r', 'p') AND NOT EXISTS (
        SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE t.tgrelid = w.oid AND t.tgname = '\(trigger)' AND t.tgenabled IN ('O', 'A')
          AND n.nspname = 'signalbox' AND p.proname = 'lease_check'))
    """

  /// `unsettled`: sessions that may have written before the lease was armed at `$2`, and are not guarded.
  static let unsettled = """
    unsettled AS (
      SELECT s.pid FROM session s WHERE s.xact_start <= $2::timestamptz
        AND (s.backend_xid IS NOT NULL OR (s.state = 'active' AND s.query_start <= $2::timestamptz)))
    """

  /// Sets when it ends, in microseconds since 1970, and gives the end; no row where that has passed. It is never
  /// shortened.
  static func extend(to microseconds: Int64) -> String {
    """
    SELECT setval('signalbox.lease_end', greatest(last_value, \(microseconds))) AS ends FROM signalbox.lease_end
    WHERE \(microseconds) > extract(epoch FROM clock_timestamp()) * 1000000
    """
  }

  /// The value, read as one who may not read it reads nothing.
  static let end = """
    (SELECT last_value FROM pg_sequences WHERE schemaname = 'signalbox' AND sequencename = 'lease_end')
    """
}
