import Operations
import PostgresAdapter
import Testing

@testable import PostgresReplication

/// What an old primary alone has, told from its log and merged, on two databases whose link stands still.
@Suite(.timeLimit(.minutes(4))) struct DivergenceTests {
  private static let schema = """
    CREATE TABLE account (id int PRIMARY KEY, owner text, email text UNIQUE);
    CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account int REFERENCES account, amount numeric(12,2));
    CREATE TABLE page (id int PRIMARY KEY, title text, body text); ALTER TABLE page ALTER body SET STORAGE EXTERNAL;
    CREATE TABLE "Odd ""one" (a text, "b c" date, flag boolean, bin bytea, doc jsonb, PRIMARY KEY (a, "b c"));
    """

  /// Both sides equal, then the link is stopped; `old` is what reaches the old primary alone.
  private func part(
    _ schema: String = Self.schema, rows: String, old: [String], new: [String] = [],
    _ change: (inout LinkSettings) -> Void = { _ in }
  ) async throws -> (bench: LinkBench, port: PostgresDivergence, directory: ExportDirectory) {
    var bench = try await LinkBench(schema)
    change(&bench.settings)
    let running = try await RunningLink.start(bench.settings)
    try await bench.onSource("SET ROLE app; \(rows)")
    try await running.drain(bench)
    await running.stop()
    for sql in old { try await bench.onSource("SET ROLE app; \(sql)") }
    for sql in new { try await bench.onTarget("SET ROLE app; \(sql)") }
    let directory = ExportDirectory()
    let settings = bench.settings
    let port = PostgresDivergence(directory: directory.path) { _, source in
      #expect(source == settings.sourceNode)
      return settings
    }
    return (bench, port, directory)
  }

  private func export(_ world: (bench: LinkBench, port: PostgresDivergence, directory: ExportDirectory)) async throws
    -> String
  {
    try await world.port.export(world.bench.settings.sourceNode, link: world.bench.settings.id) { _ in }
  }

  private func merge(_ world: (bench: LinkBench, port: PostgresDivergence, directory: ExportDirectory)) async throws
    -> String
  {
    try await world.port.merge(world.bench.settings.sourceNode, link: world.bench.settings.id) { _ in }
  }

  @Test func exactlyWhatNeverArrivedIsExportedAndTheMissingRowsAreMerged() async throws {
    let world = try await part(
      rows: """
        INSERT INTO account VALUES (1, 'Ann', 'ann@x'), (2, 'Bob', 'bob@x'), (3, 'Cid', NULL), (4, 'Dee', NULL);
        INSERT INTO page VALUES (1, 'first', repeat('x', 3000)), (2, 'second', repeat('y', 3000));
        INSERT INTO "Odd ""one" VALUES ('k', '2024-01-01', true, '\\x00ff', '{"a": 1}');
        """,
      old: [
        // Made, changed, deleted, made and deleted, and changed to what it was.
        "INSERT INTO account VALUES (5, 'Eve', 'eve@x')", "INSERT INTO entry (account, amount) VALUES (5, 1.50)",
        "UPDATE account SET owner = 'Bobby' WHERE id = 2", "DELETE FROM account WHERE id = 3",
        "INSERT INTO account VALUES (6); DELETE FROM account WHERE id = 6",
        "UPDATE account SET owner = 'x' WHERE id = 1; UPDATE account SET owner = 'Ann' WHERE id = 1",
        "UPDATE account SET owner = 'Dora' WHERE id = 4",
        // The body is not sent, and must not be lost.
        "UPDATE page SET title = 'changed' WHERE id = 1", "INSERT INTO page VALUES (3, 'third', repeat('z', 3000))",
        "UPDATE \"Odd \"\"one\" SET \"b c\" = '2024-02-02' WHERE a = 'k'",
        "BEGIN; INSERT INTO account VALUES (7); ROLLBACK",
      ],
      new: [
        "UPDATE account SET owner = 'Robert' WHERE id = 2", "DELETE FROM account WHERE id = 4",
        "INSERT INTO account VALUES (8, 'Gus', NULL)", "UPDATE page SET title = 'here' WHERE id = 2",
      ])
    let told = try await export(world)
    #expect(
      try world.directory.lines() == [
        "public.account id=5 only-at-old-primary", "public.entry id=1 only-at-old-primary",
        "public.account id=2 differs", "public.account id=3 deleted-at-old-primary", "public.account id=4 differs",
        "public.page id=1 differs", "public.page id=3 only-at-old-primary",
        "public.Odd \"one a=k,b c=2024-01-01 deleted-at-old-primary",
        "public.Odd \"one a=k,b c=2024-02-02 only-at-old-primary",
      ])
    let file = try #require(world.directory.files.first)
    #expect(file == "divergence-\(world.bench.settings.directionName).jsonl")
    #expect(
      told == "9 rows of 4 tables in \(world.directory.path)/\(file): 4 only at \(world.bench.settings.sourceNode), "
        + "3 unlike, 2 deleted at \(world.bench.settings.sourceNode)")
    #expect(world.directory.mode(file) == 0o600)
    let rows = try world.directory.rows()
    #expect(rows[1].old == ["id": "1", "account": "5", "amount": "1.50"])
    #expect(rows[2].old == ["id": "2", "owner": "Bobby", "email": "bob@x"])
    #expect(rows[2].new == ["id": "2", "owner": "Robert", "email": "bob@x"])
    #expect(rows[3].old == nil && rows[3].new == ["id": "3", "owner": "Cid", "email": nil])
    #expect(rows[4].old?["owner"] == "Dora" && rows[4].new == nil)
    #expect(rows[5].old?["body"] == String(repeating: "x", count: 3000))
    #expect(rows[8].old?["bin"] == "\\x00ff" && rows[8].old?["flag"] == "t")
    for row in rows {
      let at = try #require(row.committedAt.flatMap { Timestamp(postgresText: $0) })
      #expect(SystemClock.now - at < .seconds(120) && row.isCertain)
    }

    #expect(
      try await merge(world) == "4 rows written, 5 left as \(world.bench.settings.targetNode) has them")
    let accounts = try await world.bench.atTarget("SELECT id || ' ' || coalesce(owner, '') FROM account ORDER BY id")
    #expect(accounts == ["1 Ann", "2 Robert", "3 Cid", "5 Eve", "8 Gus"])
    #expect(try await world.bench.atTarget("SELECT id || ' ' || account || ' ' || amount FROM entry") == ["1 5 1.50"])
    #expect(
      try await world.bench.atTarget("SELECT title || length(body) FROM page ORDER BY id")
        == ["first3000", "here3000", "third3000"])
    #expect(
      try await world.bench.atTarget("SELECT \"b c\"::text FROM \"Odd \"\"one\" ORDER BY 1")
        == ["2024-01-01", "2024-02-02"])
    // The new primary goes on counting past the rows that came.
    try await world.bench.onTarget("INSERT INTO entry (account) VALUES (1)")
    #expect(try await world.bench.atTarget("SELECT (max(id) > 1)::text FROM entry") == ["true"])

    // Both steps may be performed again.
    #expect(
      try await merge(world) == "0 rows written, 9 left as \(world.bench.settings.targetNode) has them")
    _ = try await export(world)
    #expect(try world.directory.lines().count == 5)
    #expect(world.directory.files == [file])
  }

  /// Nothing is acknowledged: what the slot stands for is there for the next attempt.
  @Test func theSlotStaysWhereItIs() async throws {
    let world = try await part(
      "CREATE TABLE t (id int PRIMARY KEY)", rows: "INSERT INTO t VALUES (1)",
      old: ["INSERT INTO t SELECT generate_series(2, 4000)"])
    let slot =
      "SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = '\(world.bench.settings.slotName)'"
    let before = try await world.bench.atSource(slot)
    let told = try await export(world)
    #expect(told.hasPrefix("3999 rows of 1 table in"))
    #expect(try await world.bench.atSource(slot) == before)
    #expect(try world.directory.rows().count == 3999)
    let merged = try await merge(world)
    #expect(merged == "3999 rows written, 0 left as \(world.bench.settings.targetNode) has them")
    #expect(try await world.bench.atTarget("SELECT count(*) FROM t") == ["4000"])
  }

  @Test func nothingAloneIsAnEmptyFile() async throws {
    let world = try await part(rows: "INSERT INTO account VALUES (1)", old: [], new: ["DELETE FROM account"])
    let told = try await export(world)
    #expect(told.contains("has everything"))
    #expect(try world.directory.rows().isEmpty)
    #expect(try await merge(world) == "0 rows written, 0 left as \(world.bench.settings.targetNode) has them")
    #expect(try await world.bench.atTarget("SELECT count(*) FROM account") == ["0"])
  }

  /// A row comes after what it refers to, whatever order they were made in; what is unique stays so.
  @Test func rowsThatCannotStandAreLeftOrNamedWithoutTheirValues() async throws {
    let world = try await part(
      rows: "INSERT INTO account VALUES (1, 'Ann', NULL)",
      old: [
        // Made for one account, then moved to one that came later.
        "INSERT INTO entry (account, amount) VALUES (1, 10)", "INSERT INTO account VALUES (2, 'late', NULL)",
        "UPDATE entry SET account = 2", "INSERT INTO account VALUES (3, 'rival', 'secret@x')",
        "INSERT INTO entry (account, amount) VALUES (1, 20)",
      ],
      new: [
        "INSERT INTO account VALUES (9, 'holder', 'secret@x')", "DELETE FROM account WHERE id = 1",
      ])
    _ = try await export(world)
    let failure = await #expect(throws: LinkFailure.self) { try await merge(world) }
    let text = try #require(failure?.description)
    #expect(text.contains("line 4, public.entry: a row that it refers to is not there"))
    #expect(text.contains("2 rows written, 1 left"))
    for value in ["secret", "rival", "late", "(1, 20)", "=20"] { #expect(!text.contains(value), "\(text)") }
    #expect(try await world.bench.atTarget("SELECT account::text FROM entry") == ["2"])
    #expect(
      try await world.bench.atTarget("SELECT id::text FROM account WHERE email = 'secret@x'") == ["9"])
  }

  @Test func emptiedTablesAreNamed() async throws {
    let world = try await part(
      rows: "INSERT INTO page VALUES (1), (2)", old: ["TRUNCATE page", "INSERT INTO page VALUES (3)"])
    let told = try await export(world)
    #expect(
      try world.directory.lines() == ["public.page emptied-at-old-primary", "public.page id=3 only-at-old-primary"])
    #expect(told.contains("1 table emptied"))
    #expect(try await merge(world).hasPrefix("1 row written, 0 left"))
    #expect(try await world.bench.atTarget("SELECT id::text FROM page ORDER BY 1") == ["1", "2", "3"])
  }

  @Test func rowsWithoutAKeyAreCounted() async throws {
    let world = try await part(
      "CREATE TABLE log (at int, doc json, big text); ALTER TABLE log ALTER big SET STORAGE EXTERNAL",
      rows: "INSERT INTO log VALUES (1, '{}', NULL), (2, '{\"a\":1}', repeat('b', 3000)), (3, NULL, NULL)",
      old: [
        "INSERT INTO log VALUES (1, '{}', NULL), (1, '{}', NULL)", "UPDATE log SET at = 20 WHERE at = 2",
        "DELETE FROM log WHERE at = 3",
      ]
    ) { $0.keyless = .full }
    let told = try await export(world)
    #expect(told.hasPrefix("5 rows of 1 table in"), "\(told)")
    let rows = try world.directory.rows()
    #expect(rows.map(\.kind) == [.onlyOld, .deletedOld, .onlyOld, .deletedOld])
    #expect(rows.map(\.count) == [2, 1, 1, 1] && rows[0].newCount == 1)
    #expect(try await merge(world).hasPrefix("3 rows written, 2 left"))
    let counts = "SELECT at || ' ' || count(*) || ' ' || max(coalesce(length(big), 0)) FROM log GROUP BY at ORDER BY at"
    #expect(try await world.bench.atTarget(counts) == ["1 3 0", "2 1 3000", "3 1 0", "20 1 3000"])
    #expect(try await merge(world).hasPrefix("0 rows written, 5 left"))
    #expect(try await world.bench.atTarget(counts).first == "1 3 0")
  }

  /// The table was changed in the middle of the part of the log that is read.
  @Test func aKeyThatWasAnotherIsCompared() async throws {
    let world = try await part(
      "CREATE TABLE t (id int PRIMARY KEY, code int NOT NULL)", rows: "INSERT INTO t VALUES (1, 10)",
      old: [
        "INSERT INTO t VALUES (2, 20)", "ALTER TABLE t ADD COLUMN extra int; INSERT INTO t VALUES (3, 30, 300)",
        "ALTER TABLE t RENAME COLUMN id TO number; UPDATE t SET code = 11 WHERE number = 1",
      ], new: ["ALTER TABLE t RENAME COLUMN id TO number"])
    _ = try await export(world)
    let rows = try world.directory.rows()
    #expect(
      try world.directory.lines().sorted() == [
        "public.t number=1 differs", "public.t number=2 only-at-old-primary", "public.t number=3 only-at-old-primary",
      ])
    #expect(rows.allSatisfy { !$0.isCertain })
  }

  // MARK: - Without the log

  @Test func withoutTheSlotRowsAreComparedAndNoneIsPutBackByItself() async throws {
    let world = try await part(
      rows: "INSERT INTO account VALUES (1, 'Ann', NULL), (2, 'Bob', NULL), (3, 'Cid', NULL)",
      old: ["INSERT INTO account VALUES (4, 'Dee', NULL)"],
      new: ["DELETE FROM account WHERE id = 2", "UPDATE account SET owner = 'new' WHERE id = 3"])
    try await world.bench.onSource("SELECT pg_drop_replication_slot('\(world.bench.settings.slotName)')")
    let told = try await export(world)
    #expect(told.contains("is gone from") && told.contains("rows were compared"))
    #expect(
      try world.directory.lines() == [
        "public.account id=2 only-at-old-primary", "public.account id=3 differs",
        "public.account id=4 only-at-old-primary",
      ])
    let failure = await #expect(throws: LinkFailure.self) { try await merge(world) }
    #expect(failure?.description.hasPrefix("2 rows of") == true)
    #expect(try await world.bench.atTarget("SELECT id::text FROM account ORDER BY 1") == ["1", "3"])
  }

  // MARK: - The file

  @Test func mergingNeedsAnExport() async throws {
    let world = try await part(rows: "", old: [])
    let failure = await #expect(throws: LinkFailure.self) { try await merge(world) }
    #expect(failure?.description.hasPrefix("nothing was exported to") == true)
  }

  @Test func aFileIsThereWholeOrNotAtAll() async throws {
    let directory = ExportDirectory()
    let bench = try await LinkBench()
    let file = DivergenceFile(directory: directory.path, settings: bench.settings, attempt: Generation(4))
    #expect(file.name == "divergence-\(bench.settings.directionName)-4.jsonl")
    var row = DivergentRow(table: "public.t", kind: .onlyOld, isCertain: true)
    row.old = ["id": "1", "text": "ünïcode \u{1F600}\n\"quoted\"", "none": nil]
    try await file.write { try $0.append(row) }
    await #expect(throws: CancellationError.self) {
      try await file.write { lines in
        for _ in 0..<100_000 { try lines.append(row) }
        throw CancellationError()
      }
    }
    #expect(directory.files == [file.name])
    var read: [DivergentRow] = []
    try await file.read { row, line in
      #expect(line == read.count + 1)
      read.append(row)
    }
    #expect(read == [row])
    let nowhere = DivergenceFile(directory: directory.path + "/none", settings: bench.settings, attempt: nil)
    let failure = await #expect(throws: LinkFailure.self) { try await nowhere.write { _ in } }
    #expect(failure?.description.contains("No such file or directory") == true)
  }

  @Test(
    arguments: [
      (nil, nil, true, nil), (nil, "n", true, DivergentRow.Kind.deletedOld), (nil, "n", false, nil),
      (nil, "n", nil, .deletedOld), ("o", nil, true, .differs), ("o", nil, false, .onlyOld), ("o", nil, nil, .onlyOld),
      ("o", "n", true, .differs), ("o", "n", false, .differs), ("o", "o", true, nil), ("o", "o", false, nil),
    ] as [(String?, String?, Bool?, DivergentRow.Kind?)])
  func whatARowComesTo(old: String?, new: String?, existed: Bool?, kind: DivergentRow.Kind?) {
    #expect(
      DivergentRow.kind(old: old.map { ExactText([$0]) }, new: new.map { ExactText([$0]) }, existed: existed) == kind)
  }
}
