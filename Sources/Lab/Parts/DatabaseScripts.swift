/// The SQL that makes a fresh cluster the lab's.
struct DatabaseScripts: Sendable {
  let plan: LabPlan
  let cloud: LabCloud

  static let subscription = "signalbox_lab"

  /// In the database `postgres`.
  func roles() -> String {
    """
    CREATE ROLE app_owner LOGIN PASSWORD '\(plan.secret(.owner))';
    CREATE ROLE app LOGIN PASSWORD '\(plan.secret(.application))';
    CREATE ROLE signalbox LOGIN REPLICATION PASSWORD '\(plan.secret(.operator))';
    CREATE ROLE replicator LOGIN REPLICATION PASSWORD '\(plan.secret(.replicator))';
    GRANT pg_read_all_data TO replicator;
    -- A member of the owner takes rights to the tables and gives them back; one of the application's role changes that
    -- role's settings, ends its sessions, and tries a write as it: a fence takes no more.
    GRANT pg_monitor, app_owner, app TO signalbox;
    CREATE DATABASE \(LabPlan.databaseName) OWNER app_owner STRATEGY file_copy;

    """
  }

  /// In the application's database, before its tables are made.
  func schema() -> String {
    """
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public
      GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;
    ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app;
    CREATE SCHEMA signalbox AUTHORIZATION signalbox;
    -- What a link of Signalbox's own needs besides: its books, its merges, and silence of triggers where it applies.
    GRANT CREATE, TEMPORARY ON DATABASE \(LabPlan.databaseName) TO signalbox;
    GRANT SET ON PARAMETER session_replication_role TO signalbox;
    SET ROLE signalbox;
    CREATE TABLE signalbox.heartbeat (id int PRIMARY KEY, beaten_at timestamptz NOT NULL);
    RESET ROLE;
    GRANT EXECUTE ON FUNCTION pg_replication_origin_create(text), pg_replication_origin_drop(text),
      pg_replication_origin_oid(text), pg_replication_origin_advance(text, pg_lsn),
      pg_replication_origin_progress(text, boolean), pg_replication_origin_session_setup(text),
      pg_replication_origin_session_reset(), pg_replication_origin_session_is_setup(),
      pg_replication_origin_session_progress(boolean),
      pg_replication_origin_xact_setup(pg_lsn, timestamptz), pg_replication_origin_xact_reset() TO signalbox;

    """
  }

  /// On the primary: the row that measures lag.
  static let heartbeat = "INSERT INTO signalbox.heartbeat VALUES (1, clock_timestamp());\n"

  /// On the secondary, once its tables are there: they are emptied, and the application may not write.
  static let fence = """
    -- What this side's migrations wrote comes again with the copy.
    SELECT format('TRUNCATE %I.%I CASCADE', schemaname, tablename)
      FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '%migration%'
      \\gexec
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public FROM app;
    REVOKE USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public FROM app;
    ALTER ROLE app IN DATABASE \(LabPlan.databaseName) SET default_transaction_read_only = on;

    """

  /// On the primary, once the application's tables are there.
  func publication() -> String {
    """
    CREATE PUBLICATION \(Self.subscription) FOR TABLE signalbox.heartbeat;
    SELECT format('ALTER PUBLICATION \(Self.subscription) ADD TABLE %I.%I', schemaname, tablename)
      FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '%migration%'
      \\gexec
    SELECT pg_create_logical_replication_slot('\(Self.subscription)', 'pgoutput');

    """
  }

  /// On the fenced secondary: the subscription through the link.
  ///
  /// The slot is made with the publication, before any row is written, so nothing is missed; what the primary's
  /// migrations wrote is copied.
  func subscription() -> String {
    """
    CREATE SUBSCRIPTION \(Self.subscription)
      CONNECTION 'host=\(plan.network.link(cloud)) port=\(LabNetwork.databasePort) dbname=\(LabPlan.databaseName) \
    user=replicator password=\(plan.secret(.replicator)) sslmode=verify-full \
    sslrootcert=\(plan.directory.authority) connect_timeout=3 application_name=\(Self.subscription)'
      PUBLICATION \(Self.subscription)
      WITH (slot_name = '\(Self.subscription)', create_slot = false, copy_data = true, streaming = false);

    """
  }

  /// On the primary: whether the secondary has everything.
  static let caughtUp = """
    SELECT count(*) FROM pg_stat_replication
      WHERE application_name = '\(subscription)' AND state = 'streaming'
        AND replay_lsn >= pg_current_wal_lsn();
    """

  /// On the secondary: whether every table has been copied.
  static let copied = "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate NOT IN ('r', 's');"
}
