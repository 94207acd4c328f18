import Operations
import PostgresAdapter
import PostgresTestSupport
import TestSupport
import Testing

@testable import PostgresReplication
@testable import PostgresRole

/// How a lease ends the right to write, in the database itself.
@Suite struct LeaseTests {
  private static let soon = Duration.seconds(3)

  /// Returns once the database's clock is past it.
  private func wait(for end: Timestamp, _ control: PostgresRole) async throws {
    let isOver = try await eventually { try await control.read().clock > end }
    #expect(isOver)
  }

  @Test func everyKindOfWriteEndsForEverybody() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    try await control.warmLease(Generation(1))
    let end = try await control.renewLease(generation: Generation(1), for: Self.soon)
    #expect(try await control.read().leaseExpiresAt == end)
    #expect(try await bench.refusal() == nil)
    try await wait(for: end, control)
    for write in [
      RoleBench.write, "UPDATE task SET title = 'x'", "DELETE FROM account", "TRUNCATE account",
      "UPDATE open_task SET title = 'x' WHERE false", "INSERT INTO event VALUES (1, 1)",
      "MERGE INTO account USING (VALUES (1)) AS v (id) ON false WHEN NOT MATCHED THEN INSERT VALUES (1)",
    ] {
      #expect(try await bench.refusal(write) == "25006", "\(write)")
    }
    // Whoever it is: what is written now would be lost.
    #expect(try await bench.refusal(as: "app_owner") == "25006")
    // What is read is read, and Signalbox itself is not bound.
    #expect(try await bench.refusal("SELECT * FROM task") == nil)
    #expect(try await bench.refusal("INSERT INTO task (title) VALUES ('ours')", as: "signalbox") == nil)
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    #expect(try await bench.refusal() == nil)
  }

  @Test(arguments: ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
  func nothingIsCommittedAfterTheEnd(isolation: String) async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    try await control.warmLease(Generation(1))
    _ = try await control.renewLease(generation: Generation(1), for: Self.soon)
    let session = try await bench.connect()
    let early = try await bench.connect()
    for open in [session, early] {
      try await open.execute("BEGIN ISOLATION LEVEL \(isolation); SELECT count(*) FROM task", timeout: .seconds(5))
    }
    try await early.execute("SAVEPOINT a; \(RoleBench.write); ROLLBACK TO a; \(RoleBench.write)", timeout: .seconds(5))
    // A renewal is seen by transactions that began before it, whatever their isolation.
    let end = try await control.renewLease(generation: Generation(1), for: Self.soon * 2)
    try await session.execute("INSERT INTO account VALUES (1)", timeout: .seconds(5))
    try await wait(for: end, control)
    for open in [session, early] {
      let error = await #expect(throws: PostgresError.self) { try await open.execute("COMMIT", timeout: .seconds(5)) }
      #expect(error?.sqlState == "25006")
      #expect(error?.refusesWrites == true)
      #expect(error?.message == "this database's lease to take writes has ended")
      await open.close()
    }
    #expect(try await bench.column("SELECT count(*)::text FROM public.task") == ["0"])
  }

  @Test func aRenewalInTimeLetsItBeCommitted() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    try await control.warmLease(Generation(1))
    let first = try await control.renewLease(generation: Generation(1), for: Self.soon)
    let session = try await bench.connect()
    try await session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; \(RoleBench.write)", timeout: .seconds(5))
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    try await wait(for: first, control)
    try await session.execute("COMMIT", timeout: .seconds(5))
    await session.close()
    #expect(try await bench.column("SELECT count(*)::text FROM public.task") == ["1"])
  }

  @Test func tablesThatAppearAreCoveredByTheNextRenewal() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    try await control.warmLease(Generation(1))
    _ = try await control.renewLease(generation: Generation(1), for: Self.soon)
    try await bench.administer("SET ROLE app_owner; CREATE TABLE public.late (id int)")
    // The application may not write to it, so there is nothing to hold.
    #expect(try await control.read().leaseExpiresAt != nil)
    try await bench.administer("SET ROLE app_owner; GRANT INSERT ON public.late TO app")
    #expect(try await control.read().leaseExpiresAt == nil)
    let end = try await control.renewLease(generation: Generation(1), for: Self.soon * 2)
    #expect(try await control.read().leaseExpiresAt == end)
    try await wait(for: end, control)
    #expect(try await bench.refusal("INSERT INTO late VALUES (1)") == "25006")
    // So is one whose trigger somebody has switched off.
    try await bench.administer("ALTER TABLE late DISABLE TRIGGER signalbox_lease")
    #expect(try await control.read().leaseExpiresAt == nil)
    #expect(try await control.read().takesWrites)
  }

  @Test func aTableThatIsLockedIsNamedAndTheOthersKeepTheirLease() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller(limits: RoleLimits(tableLock: .milliseconds(50)))
    let first = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    try await bench.administer(
      "SET ROLE app_owner; CREATE TABLE public.late (id int); GRANT INSERT ON public.late TO app")
    let busy = try await bench.connect()
    try await busy.execute("BEGIN; INSERT INTO late VALUES (1)", timeout: .seconds(5))
    do {
      _ = try await control.renewLease(generation: Generation(1), for: .seconds(90))
      Issue.record("it was renewed")
    } catch let error as RoleError {
      guard case .unreachable(let reason) = error else { throw error }
      #expect(reason.contains("the lease does not cover public.late yet"))
    }
    #expect(try await control.read().leaseExpiresAt == nil)
    let end = try await bench.column("SELECT last_value::text FROM signalbox.lease_end")
    #expect(Int64(end[0]) ?? 0 > (first + .seconds(20)).microsecondsSinceEpoch)
    try await busy.execute("COMMIT", timeout: .seconds(5))
    await busy.close()
    let last = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    #expect(try await control.read().leaseExpiresAt == last)
  }

  @Test func nothingIsArmedWhileATableIsLocked() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller(limits: RoleLimits(tableLock: .milliseconds(50)))
    try await control.prepare()
    let busy = try await bench.connect()
    try await busy.execute("BEGIN; \(RoleBench.write)", timeout: .seconds(5))
    await #expect(throws: RoleError.self) {
      _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    }
    #expect(try await bench.column("SELECT last_value::text FROM signalbox.lease_end") == ["0"])
    try await busy.execute("INSERT INTO account VALUES (1); COMMIT", timeout: .seconds(5))
    await busy.close()
    #expect(try await bench.refusal() == nil)
    #expect(try await control.read().standing == .unclaimed)
  }

  @Test func aWriteFromBeforeItWasArmedIsNotForgotten() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    // The triggers are there, and bind nobody.
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    try await control.releaseLease(generation: Generation(1))
    let reader = try await bench.connect()
    let writer = try await bench.connect()
    try await reader.execute("BEGIN; SELECT * FROM task", timeout: .seconds(5))
    try await writer.execute("BEGIN; \(RoleBench.write)", timeout: .seconds(5))
    let end = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    // It may still be committed at any time: there is no lease that one may wait for yet.
    #expect(try await control.read().leaseExpiresAt == nil)
    try await writer.execute("COMMIT", timeout: .seconds(5))
    #expect(try await control.read().leaseExpiresAt == end)
    for session in [reader, writer] { await session.close() }
  }

  @Test func whatIsAppliedFromTheOtherSideIsNotHeld() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    try await control.warmLease(Generation(1))
    let end = try await control.renewLease(generation: Generation(1), for: Self.soon)
    try await wait(for: end, control)
    // As the apply process of a subscription writes, and as a link of ours does where it may.
    try await bench.administer("SET session_replication_role = replica; INSERT INTO account VALUES (1, 'a')")
    #expect(try await bench.refusal("INSERT INTO account VALUES (2, 'b')", as: "signalbox") == nil)
    #expect(try await bench.column("SELECT count(*)::text FROM public.account") == ["2"])
  }

  @Test func replicationSeesNoTriggersOfTheLease() async throws {
    let bench = try await RoleBench()
    let session = try await bench.connect("signalbox")
    let before = try await TableCatalog.tables(on: session, in: ["public"])
    _ = try await bench.controller().renewLease(generation: Generation(1), for: .seconds(60))
    let after = try await TableCatalog.tables(on: session, in: ["public"])
    await session.close()
    #expect(before.count == 5)
    #expect(after == before)
    #expect(after.allSatisfy { $0.triggers.isEmpty })
  }

  @Test func functionsThatWriteByTheirOwnersRightsAreHeldByAFenceToo() async throws {
    let bench = try await RoleBench(
      schema: RoleBench.schema + """
        SET ROLE app_owner;
        CREATE FUNCTION add_task() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'INSERT INTO public.task DEFAULT VALUES';
        """)
    let control = try bench.controller()
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    #expect(try await bench.refusal("SELECT public.add_task()") == nil)
    _ = try await control.fence(generation: Generation(2))
    #expect(try await bench.refusal("BEGIN READ WRITE; SELECT public.add_task()") == "25006")
    // Migrations of the owner go on at a fenced side.
    #expect(try await bench.refusal("INSERT INTO public.note VALUES (1)", as: "app_owner") == nil)
    _ = try await control.promote(generation: Generation(3))
    #expect(try await bench.refusal("SELECT public.add_task()") == nil)
  }

  @Test func theGuardsAreSweptAway() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    for _ in 1...3 { #expect(try await bench.refusal("\(RoleBench.write); \(RoleBench.write)") == nil) }
    let guards = "SELECT count(*)::text FROM signalbox.lease_guard"
    #expect(try await bench.column(guards) == ["3"])
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    #expect(try await bench.column(guards) == ["0"])
    try await control.releaseLease(generation: Generation(1))
    #expect(try await bench.refusal() == nil)
    #expect(try await bench.column(guards) == ["0"])
  }
}
