import Operations
import PostgresAdapter

/// What a link remembers, in the schema `signalbox` of the databases themselves: progress is stored in the transaction
/// that writes the data, so that both are durable or neither is.
enum Bookkeeping {
  /// At both sides; a link may be reversed.
  static let schema = """
    -- IF NOT EXISTS asks for the right to make one even where there is one.
    DO $schema$ BEGIN
      IF to_regnamespace('signalbox') IS NULL THEN CREATE SCHEMA signalbox; END IF;
    END $schema$;
    CREATE TABLE IF NOT EXISTS signalbox.link (
      name text PRIMARY KEY, slot text NOT NULL, generation bigint NOT NULL, position pg_lsn NOT NULL,
      committed_at timestamptz, seen_at timestamptz, known_at timestamptz, transactions bigint NOT NULL DEFAULT 0,
      made_at timestamptz NOT NULL DEFAULT clock_timestamp(), updated_at timestamptz NOT NULL DEFAULT clock_timestamp());
    -- ready: changes committed at the source before it are in the copy already.
    CREATE TABLE IF NOT EXISTS signalbox.link_table (
      link text NOT NULL, table_name text NOT NULL, state text NOT NULL, ready pg_lsn, reason text,
      rows_applied bigint NOT NULL DEFAULT 0, PRIMARY KEY (link, table_name));
    -- Which of the source's tables it was, by its OID there; another may have its name by now.
    DO $origin$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'signalbox.link_table'::regclass
        AND attname = 'origin' AND NOT attisdropped)
      THEN ALTER TABLE signalbox.link_table ADD COLUMN origin bigint; END IF;
    EXCEPTION WHEN insufficient_privilege THEN NULL; -- somebody else's: it is not noted down then
    END $origin$;
    -- In mode snapshot, how far the last pass over the table saw the target's transactions: those before the horizon.
    CREATE TABLE IF NOT EXISTS signalbox.link_seen (
      link text NOT NULL, table_name text NOT NULL, horizon bigint NOT NULL, PRIMARY KEY (link, table_name));
    -- Rows of the target's application that the source lacked then, and that stay.
    CREATE TABLE IF NOT EXISTS signalbox.link_kept (
      link text NOT NULL, table_name text NOT NULL, key text NOT NULL, PRIMARY KEY (link, table_name, key));
    -- Indexes and constraints that were taken away for a copy and must come back.
    CREATE TABLE IF NOT EXISTS signalbox.link_rebuild (
      link text NOT NULL, table_name text NOT NULL, ordinal int NOT NULL, name text NOT NULL, definition text NOT NULL,
      PRIMARY KEY (link, table_name, ordinal));
    -- The source's timeline on which the link's position is.
    CREATE TABLE IF NOT EXISTS signalbox.link_source (link text PRIMARY KEY, timeline bigint NOT NULL);
    -- Links that an operator has paused; at the target.
    CREATE TABLE IF NOT EXISTS signalbox.link_pause (
      link text PRIMARY KEY, since timestamptz NOT NULL DEFAULT clock_timestamp());
    CREATE TABLE IF NOT EXISTS signalbox.conflict (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, link text NOT NULL, table_name text NOT NULL,
      key text NOT NULL, kind text NOT NULL, detected_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      kept_at timestamptz, kept_node text, kept_row jsonb, discarded_at timestamptz NOT NULL,
      discarded_node text NOT NULL, discarded_row jsonb, reapplied_at timestamptz);
    -- Without a time and a node it was deleted here, when the row of the tombstone was committed.
    CREATE TABLE IF NOT EXISTS signalbox.tombstone (
      table_name text NOT NULL, key text NOT NULL, deleted_at timestamptz, node text,
      PRIMARY KEY (table_name, key));
    -- One row for each transaction that was applied from the other side: whose it was, and when it was committed there.
    -- The transaction as a row's xmin shows it.
    CREATE TABLE IF NOT EXISTS signalbox.applied (
      transaction bigint PRIMARY KEY, committed_at timestamptz NOT NULL, node text NOT NULL);

    """
}
