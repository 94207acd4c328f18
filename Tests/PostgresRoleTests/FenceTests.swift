import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresRole

/// What a fence takes, and what it says when it cannot.
@Suite struct FenceTests {
  @Test func everyWriteIsRefusedEvenToWhoUndoesTheSetting() async throws {
    let bench = try await RoleBench()
    let proof = try await bench.controller().fence(generation: Generation(1))
    #expect(
      proof.hasPrefix("INSERT into public.\"Odd \"\"name\" refused: permission denied for table Odd \"name (42501)"))
    #expect(proof.hasSuffix("; all 18 writes tried were, 0 sessions ended"))
    // By default a session is read-only, and a write in one that is not is refused as well.
    #expect(try await bench.refusal() == "25006")
    let defiance = "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; COMMIT; BEGIN; "
    for write in [
      RoleBench.write, "UPDATE public.task SET title = 'x'", "DELETE FROM public.account", "TRUNCATE public.account",
      "UPDATE public.\"Odd \"\"name\" SET \"a b\" = 'x'", "UPDATE public.open_task SET title = 'x'",
      "INSERT INTO public.event VALUES (1, 1)", "SELECT nextval('public.ticket')",
    ] {
      #expect(try await bench.refusal(defiance + write) == "42501", "\(write)")
    }
    // It reads as before, and the owner's migrations write.
    #expect(try await bench.refusal("SELECT FROM public.task") == nil)
    #expect(try await bench.refusal(as: "app_owner") == nil)
  }

  @Test func sessionsAreEndedWithWhatTheyHaveOpen() async throws {
    let bench = try await RoleBench()
    let open = try await bench.connect()
    let idle = try await bench.connect()
    let other = try await bench.connect("app_owner")
    try await open.execute("BEGIN; \(RoleBench.write)", timeout: .seconds(10))
    let proof = try await bench.controller().fence(generation: Generation(1))
    #expect(proof.hasSuffix("2 sessions ended"))
    for session in [open, idle] {
      await #expect(throws: PostgresError.self) { try await session.execute("COMMIT", timeout: .seconds(10)) }
    }
    try await other.execute("SELECT 1", timeout: .seconds(10))
    #expect(try await bench.column("SELECT count(*)::text FROM public.task") == ["0"])
    for session in [open, idle, other] { await session.close() }
  }

  @Test func tablesMadeLaterAreNotWritable() async throws {
    let bench = try await RoleBench(
      schema: """
        ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT SELECT, INSERT, DELETE ON TABLES TO app;
        ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT USAGE, SELECT ON SEQUENCES TO app WITH GRANT OPTION;
        \(RoleBench.schema)
        """)
    let before = try await bench.everyRight()
    let control = try bench.controller()
    _ = try await control.fence(generation: Generation(1))
    try await bench.administer("SET ROLE app_owner; CREATE TABLE public.late (id int)")
    #expect(try await !control.read().takesWrites)
    #expect(try await bench.refusal("BEGIN READ WRITE; INSERT INTO public.late VALUES (1)") == "42501")
    #expect(try await bench.refusal("SELECT FROM public.late") == nil)
    // Somebody opens it by hand: that shows, and the fence that is repeated closes it.
    try await bench.administer("SET ROLE app_owner; GRANT INSERT ON public.late TO app")
    #expect(try await control.read().takesWrites)
    _ = try await control.fence(generation: Generation(1))
    #expect(try await !control.read().takesWrites)
    _ = try await control.promote(generation: Generation(2))
    #expect(try await bench.refusal("INSERT INTO public.late VALUES (1)") == nil)
    try await bench.administer("DROP TABLE public.late")
    #expect(try await bench.everyRight() == before)
    try await bench.administer("SET ROLE app_owner; CREATE TABLE public.later (id int)")
    #expect(try await bench.refusal("INSERT INTO public.later VALUES (1)") == nil)
  }

  // MARK: - What cannot be taken

  @Test func whatEverybodyMayDoIsNoticed() async throws {
    let bench = try await RoleBench(schema: RoleBench.schema + "GRANT UPDATE (email) ON account TO PUBLIC;")
    let control = try bench.controller()
    let cause = "UPDATE on public.account as everybody has it (PUBLIC): REVOKE UPDATE ON public.account FROM PUBLIC"
    try await expect(RoleError.refused, in: cause) { try await control.prepare() }
    try await expect(RoleError.notProven, in: cause) { _ = try await control.fence(generation: Generation(1)) }
    // What could be done was, and a look says that it is not enough.
    #expect(try await bench.refusal() == "25006")
    var role = try await control.read()
    #expect(role.standing == .fenced)
    #expect(role.takesWrites)
    try await bench.administer("REVOKE UPDATE (email) ON account FROM PUBLIC")
    _ = try await control.fence(generation: Generation(1))
    role = try await control.read()
    #expect(!role.takesWrites)
  }

  @Test func anApplicationThatOwnsItsTablesIsFencedAndReplicationGoesOn() async throws {
    let bench = try await RoleBench(
      schema: "GRANT CREATE ON SCHEMA public TO app; SET ROLE app; CREATE TABLE own (id serial PRIMARY KEY, n int);")
    let control = try bench.controller()
    let rights = try await control.rights()
    #expect(
      rights == [
        TableRight(table: "public.own", privileges: ["DELETE", "INSERT", "TRUNCATE", "UPDATE"]),
        TableRight(table: "public.own_id_seq", privileges: ["UPDATE", "USAGE"]),
      ])
    _ = try await control.fence(generation: Generation(1))
    #expect(try await bench.refusal("BEGIN READ WRITE; INSERT INTO own (n) VALUES (1)") == "42501")
    for write in [
      "INSERT INTO own VALUES (7, 7)", "UPDATE own SET n = 8", "TRUNCATE own", "SELECT setval('own_id_seq', 9)",
    ] {
      #expect(try await bench.refusal(write, as: "signalbox") == nil, "\(write)")
    }
    _ = try await control.promote(generation: Generation(2))
    #expect(try await control.rights() == rights)
    #expect(try await bench.refusal("INSERT INTO own (n) VALUES (1)") == nil)
  }

  @Test func aDatabaseWithoutTablesProvesNothing() async throws {
    let bench = try await RoleBench(schema: "")
    try await expect(RoleError.notProven, in: "has no table to try a write on") {
      _ = try await bench.controller().fence(generation: Generation(1))
    }
  }

  @Test func theApplicationLogsInAsItself() async throws {
    let bench = try await RoleBench()
    try await expect(RoleError.refused, in: "log in as the same role signalbox") {
      _ = try await bench.controller(role: "signalbox").fence(generation: Generation(1))
    }
    let other = try await RoleBench()
    let group = "group_\(other.database)"
    try await other.administer("CREATE ROLE \(group); GRANT \(group) TO signalbox")
    try await expect(RoleError.refused, in: "\(group) is a role that nobody logs in as") {
      try await other.controller(role: group).prepare()
    }
    let third = try await RoleBench()
    try await third.controller().prepare()
    try await expect(RoleError.refused, in: "set application-role to app, or UPDATE signalbox.role SET application") {
      _ = try await third.controller(role: "app_owner").fence(generation: Generation(1))
    }
  }

  @Test func whatIsKeptIsNotPublished() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    try await control.prepare()
    try await bench.administer("CREATE PUBLICATION everything FOR ALL TABLES")
    try await expect(RoleError.refused, in: "in place of FOR ALL TABLES") { try await control.prepare() }
    try await bench.administer(
      "DROP PUBLICATION everything; CREATE PUBLICATION several FOR TABLE signalbox.role, public.task")
    try await expect(RoleError.refused, in: "ALTER PUBLICATION several DROP TABLE signalbox.role") {
      try await control.prepare()
    }
  }
}
