import Operations
import PostgresAdapter
import Testing

@testable import PostgresReplication

@Suite struct SchemaComparisonTests {
  /// Differences between real tables, and that each remedy really removes its difference.
  private func differences(
    source: String, target: String, mend: Bool = true, isBothWays: Bool = false, isWayBack: Bool = false
  ) async throws -> [String] {
    let bench = try await LinkBench()
    try await bench.onSource("SET ROLE app; \(source)")
    if !target.isEmpty { try await bench.onTarget("SET ROLE app; \(target)") }
    let found = try await compare(bench, isBothWays, isWayBack)
    if mend {
      for difference in found.flatMap({ $0 }) {
        let statement = difference.remedy.split(separator: ", or carry all").first ?? ""
        try await bench.onTarget("SET ROLE app; \(statement)")
      }
      #expect(try await compare(bench, isBothWays, isWayBack).flatMap { $0 } == [])
    }
    return found.flatMap { $0 }.map(\.description)
  }

  private func compare(
    _ bench: LinkBench, _ isBothWays: Bool, _ isWayBack: Bool
  ) async throws -> [[SchemaDifference]] {
    try await Sides.with(bench.settings, purpose: "test") { sides in
      let source = ScopedTables(
        source: try await TableCatalog.tables(on: sides.source, in: ["public"]), settings: bench.settings)
      let target = try await TableCatalog.tables(on: sides.target, in: ["public"])
      let comparison = SchemaComparison(
        targetTypes: try await TableCatalog.userTypes(on: sides.target), isBothWays: isBothWays,
        isWayBack: isWayBack)
      return source.included.map { table in
        comparison.differences(of: table, at: target.first { $0.name == table.name })
      }
    }
  }

  @Test func equalTablesDoNotDiffer() async throws {
    let schema = """
      CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (id int PRIMARY KEY, m mood[], g int GENERATED ALWAYS AS (id) STORED)
      """
    #expect(try await differences(source: schema, target: schema) == [])
  }

  @Test func aMissingTableIsNamedWithItsStatement() async throws {
    let found = try await differences(
      source: "CREATE TYPE mood AS ENUM ('a', 'it''s'); CREATE TABLE t (id bigint PRIMARY KEY, m mood NOT NULL)",
      target: "")
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix(
        """
        public.t does not exist at the target: CREATE TYPE public.mood AS ENUM ('a', 'it''s'); \
        CREATE TABLE "public"."t" ("id" bigint NOT NULL, "m" public.mood NOT NULL, PRIMARY KEY ("id"))
        """) == true)
  }

  @Test func columnsAreNamedOneByOne() async throws {
    let found = try await differences(
      source: """
        CREATE TYPE mood AS ENUM ('a', 'b', 'c');
        CREATE TABLE t (id int PRIMARY KEY, a text, b mood, c timestamptz, d int, e numeric(12,2));
        """,
      target: """
        CREATE TYPE mood AS ENUM ('a', 'b');
        CREATE TABLE t (id int PRIMARY KEY, b mood, c text, d int NOT NULL, e numeric(8,2));
        """)
    #expect(
      found == [
        #"public.t.a is missing at the target: ALTER TABLE "public"."t" ADD COLUMN "a" text"#,
        "public.t.b has labels that the target's type lacks: ALTER TYPE public.mood ADD VALUE 'c'",
        "public.t.c is timestamp with time zone at the source and text at the target: "
          + #"ALTER TABLE "public"."t" ALTER COLUMN "c" TYPE timestamp with time zone "#
          + #"USING "c"::text::timestamp with time zone"#,
        #"public.t.d may be null at the source only: ALTER TABLE "public"."t" ALTER COLUMN "d" DROP NOT NULL"#,
        "public.t.e is numeric(12,2) at the source and numeric(8,2) at the target: "
          + #"ALTER TABLE "public"."t" ALTER COLUMN "e" TYPE numeric(12,2) USING "e"::text::numeric(12,2)"#,
      ])
  }

  @Test func aTypeThatTheTargetLacksIsNamed() async throws {
    let found = try await differences(
      source: "CREATE DOMAIN code AS text; CREATE TABLE t (id int PRIMARY KEY, a code, b code[])",
      target: "CREATE TABLE t (id int PRIMARY KEY, b text[])", mend: false)
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.contains("the target lacks the type public.code") })
  }

  @Test func surplusColumnsMustFillThemselves() async throws {
    let found = try await differences(
      source: "CREATE TABLE t (id int PRIMARY KEY)",
      target: "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL DEFAULT 1, c int, d serial)",
      mend: false)
    #expect(
      found == [
        "public.t.a exists at the target only, and must not be null: "
          + #"ALTER TABLE "public"."t" ALTER COLUMN "a" SET DEFAULT …, or DROP NOT NULL"#
      ])
  }

  @Test func theKeyMustBeOneAtTheTarget() async throws {
    #expect(
      try await differences(
        source: "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))",
        target: "CREATE TABLE t (a int NOT NULL, b int NOT NULL)")
        == [
          #"public.t has no unique key (a, b) at the target: ALTER TABLE "public"."t" ADD PRIMARY KEY ("a", "b")"#
        ])
    #expect(
      try await differences(
        source: "CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL)",
        target: "CREATE TABLE t (a int NOT NULL, b int PRIMARY KEY)")
        == [#"public.t has no unique key (a) at the target: CREATE UNIQUE INDEX ON "public"."t" ("a")"#])
  }

  @Test func bothWaysRowsAreToldApartAlike() async throws {
    let schema = "CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL CONSTRAINT other UNIQUE)"
    let other = "\(schema); ALTER TABLE t REPLICA IDENTITY USING INDEX other"
    #expect(try await differences(source: schema, target: other) == [])
    #expect(
      try await differences(source: schema, target: other, isBothWays: true) == [
        "public.t has its rows told apart by (b) at the target and by (a) at the source: "
          + #"ALTER TABLE "public"."t" REPLICA IDENTITY USING INDEX "t_pkey""#
      ])
    #expect(
      try await differences(source: other, target: schema, isBothWays: true) == [
        "public.t has its rows told apart by (a) at the target and by (b) at the source: "
          + #"ALTER TABLE "public"."t" REPLICA IDENTITY USING INDEX "other""#
      ])
    // Both directions ask for the same.
    #expect(
      try await differences(source: other, target: schema, mend: false, isBothWays: true, isWayBack: true) == [
        "public.t has its rows told apart by (a) at the target and by (b) at the source: "
          + #"at the source, ALTER TABLE "public"."t" REPLICA IDENTITY USING INDEX "t_pkey""#
      ])
    // Whole rows that are sent have the same key.
    let whole = "\(schema); ALTER TABLE t REPLICA IDENTITY FULL"
    #expect(try await differences(source: schema, target: whole, isBothWays: true) == [])
    let keyless = try await differences(
      source: "CREATE TABLE t (a int); ALTER TABLE t REPLICA IDENTITY FULL",
      target: "CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t REPLICA IDENTITY FULL", mend: false, isBothWays: true)
    #expect(keyless.last?.contains("by (a) at the target and by () at the source") == true)
  }

  @Test func bothWaysTextsAreEqualAlike() async throws {
    let collation = """
      CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      """
    let plain = "\(collation) CREATE TABLE t (id int PRIMARY KEY, mail text UNIQUE, note text)"
    let loose =
      "\(collation) CREATE TABLE t (id int PRIMARY KEY, mail text COLLATE caseless UNIQUE, note text COLLATE caseless)"
    #expect(try await differences(source: plain, target: loose) == [])
    #expect(
      try await differences(source: plain, target: loose, isBothWays: true) == [
        "public.t.mail takes unlike texts as equal nowhere at the source, and by public.caseless at the target: "
          + #"ALTER TABLE "public"."t" ALTER COLUMN "mail" TYPE text COLLATE pg_catalog."default""#
      ])
    #expect(
      try await differences(source: loose, target: plain, isBothWays: true) == [
        "public.t.mail takes unlike texts as equal by public.caseless at the source, and nowhere at the target: "
          + #"ALTER TABLE "public"."t" ALTER COLUMN "mail" TYPE text COLLATE public.caseless"#
      ])
    #expect(try await differences(source: loose, target: loose, isBothWays: true) == [])
  }

  @Test func generatedOnOneSideOnly() async throws {
    let found = try await differences(
      source: "CREATE TABLE t (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (id) STORED)",
      target: "CREATE TABLE t (id int PRIMARY KEY, a int GENERATED ALWAYS AS (id) STORED, b int)", mend: false)
    #expect(found.map { $0.prefix(13) } == ["public.t.a is", "public.t.b is"])
  }

  @Test func widerTypesFit() {
    #expect(SchemaComparison.fits("integer", into: "bigint"))
    #expect(!SchemaComparison.fits("bigint", into: "integer"))
    #expect(SchemaComparison.fits("character varying(10)", into: "text"))
    #expect(SchemaComparison.fits("character varying(10)", into: "character varying(20)"))
    #expect(!SchemaComparison.fits("character varying", into: "character varying(20)"))
    #expect(!SchemaComparison.fits("character varying(21)", into: "character varying(20)"))
    #expect(!SchemaComparison.fits("numeric", into: "numeric(10,2)"))
    #expect(SchemaComparison.fits("numeric(8,2)", into: "numeric(10,2)"))
    #expect(!SchemaComparison.fits("numeric(8,3)", into: "numeric(10,2)"))
    #expect(!SchemaComparison.fits("character(3)", into: "character(4)"))
  }
}
