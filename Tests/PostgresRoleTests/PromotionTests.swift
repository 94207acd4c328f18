import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresRole

/// What a promotion gives back.
@Suite struct PromotionTests {
  @Test func everyRightIsBackAsItWas() async throws {
    let bench = try await RoleBench()
    let before = try await bench.everyRight()
    #expect(before.contains("Odd \"name a b app UPDATE t app_owner"))
    let control = try bench.controller()
    _ = try await control.fence(generation: Generation(1))
    #expect(try await bench.everyRight() != before)
    let proof = try await control.promote(generation: Generation(2))
    #expect(try await bench.everyRight() == before)
    #expect(proof.contains("accepted as app; 12 rights given back"))
    #expect(!proof.contains("not here"))
    // Rights that were taken on purpose do not come back with the next one.
    try await bench.administer("REVOKE TRUNCATE ON account FROM app")
    let less = try await bench.everyRight()
    _ = try await control.fence(generation: Generation(3))
    _ = try await control.promote(generation: Generation(4))
    #expect(try await bench.everyRight() == less)
  }

  @Test func theRightsOfThePrimaryFitTheTablesThatAreHere() async throws {
    let primary = try await RoleBench()
    let rights = try await primary.controller().rights()
    let bench = try await RoleBench()
    try await bench.administer(
      """
      REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public FROM app;
      DROP TABLE note, account; ALTER TABLE task DROP COLUMN done CASCADE; ALTER TABLE "Odd ""name" DROP COLUMN "a b";
      """)
    let control = try bench.controller()
    try await control.remember(rights)
    let proof = try await control.promote(generation: Generation(1))
    let missing =
      #"not here, and left out: public."Odd ""name" (a b), public.account, public.open_task, public.task (done)"#
    #expect(proof.hasSuffix(missing), "\(proof)")
    #expect(
      try await control.rights() == [
        TableRight(table: "public.\"Odd \"\"name\"", privileges: ["INSERT"]),
        TableRight(table: "public.event", privileges: ["INSERT"]),
        TableRight(table: "public.task", privileges: ["DELETE", "INSERT", "UPDATE (\"title\")"]),
        TableRight(table: "public.ticket", privileges: ["USAGE"]),
      ])
  }

  @Test func whatOnlyThisSideHasStaysRemembered() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    let rights = try await control.rights()
    _ = try await control.fence(generation: Generation(1))
    // The new primary has no table note, gives more of one and less of another.
    try await control.remember([
      TableRight(table: "public.task", privileges: ["INSERT"]),
      TableRight(table: "public.note", privileges: ["DELETE", "INSERT"]),
    ])
    _ = try await control.promote(generation: Generation(2))
    var expected = rights.filter { $0.table != "public.task" }
    expected.append(TableRight(table: "public.task", privileges: ["INSERT"]))
    expected.append(TableRight(table: "public.note", privileges: ["DELETE", "INSERT"]))
    #expect(try await control.rights() == expected.sorted())
  }

  @Test(arguments: [
    "DROP TABLE x; --", "INSERT ON x TO y", "UPDATE (a)", "UPDATE (\"a\"", "UPDATE (\"a\") ", "SELECT", "INSERT WITH",
    "UPDATE ()", "UPDATE (\"a\", )", "",
  ])
  func nothingButAPrivilegeIsRemembered(text: String) async throws {
    let bench = try await RoleBench()
    await #expect(throws: RoleError.self) {
      try await bench.controller().remember([TableRight(table: "public.task", privileges: [text])])
    }
  }
}
