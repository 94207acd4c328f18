import Operations
import PostgresAdapter
import Testing

@testable import PostgresReplication

@Suite struct ScopedTablesTests {
  private func shape(
    _ table: String, schema: String = "public", key: [String] = [], identity: String = "d", logged: Bool = true
  ) -> TableShape {
    TableShape(
      schema: schema, table: table,
      columns: [
        .init(
          name: "id", type: "integer", isNotNull: true, isGenerated: false, identity: .none, isComparable: true)
      ], key: key, replicaIdentity: identity, hasOtherUniqueIndexes: false, hasForeignKeys: false, triggers: [],
      isPartitioned: false, isOwned: true, bytes: 0, rows: 0, isLogged: logged)
  }

  private func scope(
    _ shapes: [TableShape], keyless: LinkSettings.Keyless = .refuse, excluded: [String] = [],
    mode: ReplicationMode = .stream
  ) -> ScopedTables {
    let nowhere = PostgresSettings(
      hosts: [.init("127.22.0.99")], database: "x", user: "x", password: nil, security: .none)
    return ScopedTables(
      source: shapes,
      settings: LinkSettings(
        id: LinkID("l"), mode: mode, sourceNode: CloudID("a"), targetNode: CloudID("b"), source: nowhere,
        target: nowhere, schemas: ["public", "signalbox"], excluded: excluded, keyless: keyless))
  }

  @Test func tablesThatInheritAreLeftOut() {
    var child = shape("child", key: ["id"])
    child.isInherited = true
    let scope = scope([shape("a", key: ["id"]), child])
    #expect(scope.included.map(\.name) == ["public.a"])
    #expect(scope.refused.first?.reason.contains("public.child inherits") == true)
  }

  @Test(arguments: ReplicationMode.allCases)
  func tablesWithForeignPartitionsAreLeftOut(mode: ReplicationMode) {
    var scattered = shape("scattered", key: ["id"])
    scattered.hasForeignPartitions = true
    let scope = scope([shape("a", key: ["id"]), scattered], mode: mode)
    #expect(scope.included.map(\.name) == ["public.a"])
    #expect(scope.refused.first?.reason.contains(#"ALTER TABLE "public"."scattered" DETACH PARTITION"#) == true)
  }

  @Test func scopeIsSchemasLessExclusions() {
    let shapes = [
      shape("a", key: ["id"]), shape("tmp_1", key: ["id"]), shape("b", schema: "other", key: ["id"]),
      shape("link", schema: "signalbox", key: ["id"]),
    ]
    #expect(scope(shapes, excluded: ["public.tmp_*"]).included.map(\.name) == ["public.a"])
    #expect(scope(shapes, excluded: ["*"]).included.isEmpty)
  }

  @Test func keylessTablesFollowThePolicy() {
    let keyless = shape("k")
    #expect(scope([keyless]).refused.first?.reason.contains(#"ALTER TABLE "public"."k" ADD PRIMARY KEY"#) == true)
    #expect(scope([keyless], keyless: .full).included.map(\.identity) == [.wholeRow])
    #expect(scope([keyless], keyless: .insertOnly).included.map(\.identity) == [.insertsOnly])
    #expect(scope([shape("k", identity: "f")]).included.map(\.identity) == [.wholeRow])
    #expect(scope([shape("k", key: ["id"], identity: "f")]).included.map(\.identity) == [.key(["id"])])
  }

  @Test func whatSendsNothingIsRefused() {
    let silent = shape("n", key: ["id"], identity: "n")
    #expect(scope([silent]).refused.first?.reason.contains("REPLICA IDENTITY DEFAULT") == true)
    #expect(scope([silent], keyless: .full).included.isEmpty)
    #expect(scope([silent], keyless: .insertOnly).included.map(\.identity) == [.insertsOnly])
    #expect(
      scope([shape("u", key: ["id"], logged: false)]).refused.first?.reason.hasSuffix("SET LOGGED") == true)
  }

  @Test(arguments: [
    ("public.a", "public.a", true), ("public.a", "public.*", true), ("public.abc", "*.a*c", true),
    ("public.abc", "public.ab", false), ("public.abc", "*b", false), ("", "*", true), ("a", "**a**", true),
    ("public.aab", "*ab", true),
  ])
  func globs(text: String, glob: String, fits: Bool) {
    #expect(ScopedTables.matches(text, glob: glob) == fits)
  }
}
