import Testing

/// What is done to a database while a slot watches.
struct Scenario: Sendable, CustomTestStringConvertible {
  var name: String
  /// Before the slot is made.
  var tables: String
  /// Of the publication.
  var options = ""
  /// Each is run by itself.
  var transactions: [String]

  var testDescription: String { name }

  static let all = [
    Scenario(
      name: "rows", tables: "CREATE TABLE account (id int PRIMARY KEY, owner text, balance numeric(12,2))",
      transactions: [
        "INSERT INTO account VALUES (1, 'Ann', 10.00), (2, NULL, NULL), (3, '', -0.01)",
        "BEGIN; UPDATE account SET balance = 11.5 WHERE id = 1; UPDATE account SET id = 20 WHERE id = 2;"
          + " DELETE FROM account WHERE id = 3; COMMIT",
        "BEGIN; INSERT INTO account VALUES (4); SAVEPOINT s; INSERT INTO account VALUES (5); ROLLBACK TO s;"
          + " INSERT INTO account VALUES (6); COMMIT",
      ]),
    Scenario(
      name: "toast",
      tables: """
        CREATE TABLE page (id int PRIMARY KEY, title text, body text);
        ALTER TABLE page ALTER body SET STORAGE EXTERNAL
        """,
      transactions: [
        "INSERT INTO page VALUES (1, 'first', repeat('x', 3000))",
        "UPDATE page SET title = 'second' WHERE id = 1",
        "UPDATE page SET id = 2 WHERE id = 1",
        "ALTER TABLE page REPLICA IDENTITY FULL",
        "UPDATE page SET title = 'third' WHERE id = 2",
        "DELETE FROM page WHERE id = 2",
      ]),
    Scenario(
      name: "identities",
      tables: """
        CREATE TABLE whole (a int, b text); ALTER TABLE whole REPLICA IDENTITY FULL;
        CREATE TABLE indexed (id int PRIMARY KEY, code text NOT NULL, note text);
        CREATE UNIQUE INDEX indexed_code ON indexed (code); ALTER TABLE indexed REPLICA IDENTITY USING INDEX indexed_code;
        CREATE TABLE keyless (a int)
        """,
      transactions: [
        "INSERT INTO whole VALUES (1, NULL), (1, NULL); INSERT INTO indexed VALUES (1, 'c', 'n');"
          + " INSERT INTO keyless VALUES (1)",
        "UPDATE whole SET b = 'b'", "DELETE FROM whole", "UPDATE indexed SET note = 'm'",
        "UPDATE indexed SET code = 'd', id = 2", "DELETE FROM indexed",
      ]),
    Scenario(
      name: "truncates",
      tables: "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY, a int REFERENCES a)",
      transactions: [
        "INSERT INTO a VALUES (1)", "TRUNCATE a, b", "TRUNCATE b RESTART IDENTITY", "TRUNCATE a CASCADE",
        "BEGIN; INSERT INTO a VALUES (2); TRUNCATE a, b; INSERT INTO a VALUES (3); COMMIT",
      ]),
    Scenario(
      name: "types",
      tables: """
        CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE TYPE point2 AS (x int, label text);
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        CREATE TABLE kinds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood, point point2, n positive,
          list int[], words text[], doc json, docb jsonb, bin bytea, day date, at timestamptz, f float8, num numeric,
          span int4range, yes boolean, gap interval, bits bit(3), address inet, uid uuid,
          twice bigint GENERATED ALWAYS AS (id * 2) STORED)
        """,
      transactions: [
        """
        SET timezone = 'UTC';
        INSERT INTO kinds (mood, point, n, list, words, doc, docb, bin, day, at, f, num, span, yes, gap, bits, address, uid)
        VALUES ('sad', ROW(1, 'a "quoted", (one)'), 7, '{1,NULL,3}', ARRAY['a,b', 'c"d', '', NULL, 'NULL'],
          '{"a" : [1, null]}', '{"b":2,"a":"\\u00e9"}', '\\x00ff10', 'infinity', '-infinity', 'NaN', 'NaN', '[1,5)', true,
          '1 year -3 days 04:05:06.7', B'101', '10.0.0.1/8', '00000000-0000-0000-0000-0000000000ff'),
        ('glad', NULL, NULL, '{}', '{{a,b},{c,d}}', 'null', '[]', '', '0044-03-15 BC', '2024-02-29 12:00:00.123456+02',
          '-Infinity', 'Infinity', 'empty', false, '-00:00:00.000001', B'000', '::1', NULL)
        """,
        "INSERT INTO kinds (doc, words) VALUES (E'\"tab\\\\t\"', ARRAY[E'line\\nbreak\\t\\\\', 'ß😀'])",
        "ALTER TYPE mood ADD VALUE 'calm'", "UPDATE kinds SET mood = 'calm' WHERE id = 2",
      ]),
    Scenario(
      name: "ddl", tables: "CREATE TABLE t (id int PRIMARY KEY, a text)",
      transactions: [
        "INSERT INTO t VALUES (1, 'a')", "ALTER TABLE t ADD b int DEFAULT 5", "INSERT INTO t VALUES (2, 'b', 6)",
        "BEGIN; INSERT INTO t VALUES (3, 'c', 7); ALTER TABLE t DROP a; INSERT INTO t VALUES (4, 8); COMMIT",
        "ALTER TABLE t ALTER b TYPE text; UPDATE t SET b = 'nine' WHERE id = 4",
        "ALTER TABLE t RENAME TO renamed; DELETE FROM renamed WHERE id = 1",
        "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'new')",
      ]),
    Scenario(
      name: "wide",
      tables:
        "CREATE TABLE wide (id int PRIMARY KEY, b int, c text, d int, e text, f int, g text, h int, i text, j int)",
      transactions: [
        "INSERT INTO wide (id, j) VALUES (1, 10)", "INSERT INTO wide SELECT 2, 2, 'c', 4, 'e', 6, 'g', 8, 'i', 10",
        "UPDATE wide SET c = NULL, j = NULL WHERE id = 2", "DELETE FROM wide WHERE id = 1",
      ]),
    Scenario(
      name: "empty", tables: "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE other (id int PRIMARY KEY)",
      transactions: [
        "CREATE TABLE later (id int PRIMARY KEY)", "BEGIN; INSERT INTO t VALUES (1); ROLLBACK",
        "UPDATE t SET id = 9 WHERE id = 8", "INSERT INTO t VALUES (2)",
        "SELECT pg_logical_emit_message(true, 'app', 'not asked for')", "INSERT INTO later VALUES (3)",
      ]),
    Scenario(
      name: "partitioned",
      tables: """
        CREATE TABLE event (id int, day date, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
        CREATE TABLE event_a PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
        CREATE TABLE event_b (note text, dropped int, day date NOT NULL, id int NOT NULL); ALTER TABLE event_b DROP dropped;
        ALTER TABLE event ATTACH PARTITION event_b FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')
        """,
      options: "WITH (publish_via_partition_root = true)",
      transactions: [
        "INSERT INTO event VALUES (1, '2024-01-05', 'a'), (2, '2024-02-05', 'b')",
        "UPDATE event SET day = '2024-02-06' WHERE id = 1", "UPDATE event SET note = 'c' WHERE id = 2",
        "DELETE FROM event WHERE id = 2", "TRUNCATE event",
      ]),
  ]
}
