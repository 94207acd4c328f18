import Operations
import PostgresAdapter
import PostgresTestSupport
import TestSupport
import Testing

@testable import PostgresRole

/// What takes a server of its own, one after the other: they are many for a small machine.
@Suite(.serialized) enum OwnServerTests {}

extension OwnServerTests {
  /// Fences and promotions at servers that are told otherwise, or end.
  @Suite struct ServerTests {
    @Test func aSessionThatDoesNotEndIsNoFence() async throws {
      let cluster = try await RoleBench.start("127.29.1.1")
      let bench = try await RoleBench(cluster)
      let control = try bench.controller(limits: RoleLimits(sessionEnd: .milliseconds(300)))
      try await control.prepare()
      let session = try await bench.connect()
      try await session.execute(RoleBench.write, timeout: .seconds(10))
      let pid = try #require(try await session.query("SELECT pg_backend_pid()::text AS p", timeout: .seconds(5)).first)
      let process: String = try pid.get("p")
      ChildProcess.run(["kill", "-STOP", process])
      do {
        _ = try await control.fence(generation: Generation(1))
        Issue.record("it was proven")
      } catch let error as RoleError {
        guard case .notProven(let reason) = error else { throw error }
        #expect(reason.contains("did not end in 0.3 seconds: process \(process)"))
      }
      ChildProcess.run(["kill", "-CONT", process])
      #expect(try await control.fence(generation: Generation(1)).contains("refused"))
      await session.close()
      try await cluster.kill()
    }

    @Test func theFenceSurvivesARestartAndAPowerCut() async throws {
      let cluster = try await RoleBench.start("127.29.1.2")
      let bench = try await RoleBench(cluster)
      let control = try bench.controller()
      _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
      _ = try await control.fence(generation: Generation(2))
      try await cluster.kill()
      try await cluster.restart()
      #expect(try await bench.refusal() == "25006")
      #expect(try await bench.refusal("BEGIN READ WRITE; \(RoleBench.write)") == "42501")
      // The first answer of the old session is that it has ended.
      let role = await eventually { (try? await control.read())?.standing == .fenced }
      #expect(role)
      #expect(try await control.read().generation == Generation(2))
      _ = try await control.promote(generation: Generation(3))
      #expect(try await bench.refusal() == nil)
      try await cluster.kill()
    }

    @Test func whatComesByAnotherRoleIsNoticed() async throws {
      let cluster = try await RoleBench.start("127.29.1.3")
      let bench = try await RoleBench(
        cluster,
        schema: "CREATE ROLE writers NOLOGIN; CREATE ROLE inner_writers; GRANT inner_writers TO writers;"
          + RoleBench.schema + "GRANT INSERT ON note TO inner_writers;")
      let control = try bench.controller()
      try await control.prepare()
      for change in ["GRANT writers TO app", "ALTER ROLE app NOINHERIT"] {
        try await bench.administer(change)
        let cause = "INSERT on public.note by the role inner_writers: REVOKE inner_writers FROM app"
        try await expect(RoleError.refused, in: cause) { try await control.prepare() }
        try await expect(RoleError.notProven, in: cause) { _ = try await control.fence(generation: Generation(1)) }
        #expect(try await control.read().takesWrites)
      }
      try await bench.administer("REVOKE writers FROM app; GRANT pg_write_all_data TO app")
      try await expect(RoleError.notProven, in: "REVOKE pg_write_all_data FROM app") {
        _ = try await control.fence(generation: Generation(1))
      }
      try await bench.administer("REVOKE pg_write_all_data FROM app")
      _ = try await control.fence(generation: Generation(1))
      try await bench.administer("ALTER ROLE app SUPERUSER")
      #expect(try await control.read().takesWrites)
      try await expect(RoleError.refused, in: "ALTER ROLE app NOSUPERUSER") {
        _ = try await control.fence(generation: Generation(2))
      }
      try await cluster.kill()
    }

    @Test func whatIsPreparedIsNamed() async throws {
      let cluster = try await RoleBench.start("127.29.1.4", extraSettings: ["max_prepared_transactions = 2"])
      let bench = try await RoleBench(cluster)
      let control = try bench.controller()
      #expect(try await bench.refusal("BEGIN; \(RoleBench.write); PREPARE TRANSACTION 'half done'") == nil)
      try await expect(RoleError.notProven, in: "ROLLBACK PREPARED or COMMIT PREPARED 'half done'") {
        _ = try await control.fence(generation: Generation(1))
      }
      #expect(try await bench.refusal("ROLLBACK PREPARED 'half done'") == nil)
      _ = try await control.fence(generation: Generation(1))
      _ = try await control.promote(generation: Generation(2))
      try await expect(RoleError.refused, in: "set max_prepared_transactions to 0") {
        _ = try await control.renewLease(generation: Generation(2), for: .seconds(60))
      }
      #expect(try await control.read().leaseExpiresAt == nil)
      try await cluster.kill()
    }

    @Test func missingPrivilegesAreNamed() async throws {
      let cluster = try await RoleBench.start("127.29.1.5")
      let bench = try await RoleBench(
        cluster, schema: "CREATE ROLE other; GRANT USAGE ON SCHEMA public TO other;" + RoleBench.schema)
      let control = try bench.controller()
      try await bench.administer(
        "REVOKE CREATE ON DATABASE \(bench.database) FROM signalbox; ALTER DATABASE \(bench.database) OWNER TO postgres"
      )
      try await expect(RoleError.refused, in: ": GRANT CREATE ON DATABASE \(bench.database) TO signalbox") {
        try await control.prepare()
      }
      try await bench.administer("GRANT CREATE ON DATABASE \(bench.database) TO signalbox; REVOKE app FROM signalbox")
      try await expect(RoleError.refused, in: "GRANT app TO signalbox") {
        _ = try await control.fence(generation: Generation(1))
      }
      try await bench.administer("GRANT app TO signalbox; REVOKE app_owner FROM signalbox")
      try await expect(RoleError.refused, in: "app_owner's to take and to give: GRANT app_owner TO signalbox") {
        _ = try await control.fence(generation: Generation(1))
      }
      try await bench.administer("GRANT app_owner TO signalbox")
      // Somebody who was allowed to has given the application a right besides.
      try await bench.administer(
        """
        GRANT INSERT ON public.note TO other WITH GRANT OPTION; SET ROLE other; GRANT INSERT ON public.note TO app;
        """)
      try await expect(
        RoleError.refused, in: "INSERT on public.note is other's to take and to give: GRANT other TO signalbox"
      ) {
        try await control.prepare()
      }
      // Nothing was taken meanwhile.
      #expect(try await control.read().standing == .unclaimed)
      #expect(try await bench.refusal() == nil)
      let before = try await bench.everyRight()
      try await bench.administer("GRANT other TO signalbox")
      _ = try await control.fence(generation: Generation(1))
      _ = try await control.promote(generation: Generation(2))
      #expect(try await bench.everyRight() == before)
      try await bench.administer(
        "SET ROLE postgres; CREATE TABLE public.strange (id int); GRANT INSERT ON strange TO app")
      try await expect(RoleError.refused, in: "ALTER TABLE public.strange OWNER TO") {
        _ = try await control.fence(generation: Generation(3))
      }
      await #expect(throws: RoleError.refused("there is no role nobody at this database: check application-role")) {
        _ = try await bench.controller(role: "nobody").read()
      }
      try await cluster.kill()
    }

    @Test func aSettingOfTheRoleOrTheDatabaseIsOverruled() async throws {
      for change in ["ALTER ROLE app SET", "ALTER DATABASE \"%\" SET"] {
        let cluster = try await RoleBench.start("127.29.2.1")
        let bench = try await RoleBench(cluster)
        let control = try bench.controller()
        _ = try await control.fence(generation: Generation(1))
        let statement = change.replacing("%", with: bench.database)
        try await bench.administer("\(statement) default_transaction_read_only = on")
        _ = try await control.promote(generation: Generation(2))
        #expect(try await bench.refusal() == nil)
        #expect(try await control.read().takesWrites)
        _ = try await control.fence(generation: Generation(3))
        #expect(try await bench.refusal() == "25006")
        try await cluster.kill()
      }
    }

    @Test func aServerThatIsReadOnlyIsNotPromoted() async throws {
      let cluster = try await RoleBench.start("127.29.2.2")
      let bench = try await RoleBench(cluster)
      let control = try bench.controller()
      _ = try await control.fence(generation: Generation(1))
      try await cluster.administer("ALTER SYSTEM SET default_transaction_read_only = on", database: "postgres")
      try await cluster.administer("SELECT pg_reload_conf()", database: "postgres")
      while try await bench.column("SHOW default_transaction_read_only") != ["on"] {}
      do {
        _ = try await control.promote(generation: Generation(2))
        Issue.record("it was promoted")
      } catch let error as RoleError {
        guard case .refused(let reason) = error else { throw error }
        #expect(reason.contains("the server makes every session read-only"))
      }
      // Our own changes are made all the same, and what was half done is not.
      let role = try await control.read()
      #expect(role.standing == .fenced)
      #expect(role.generation == Generation(1))
      #expect(!role.takesWrites)
      _ = try await control.fence(generation: Generation(2))
      try await cluster.kill()
    }

    @Test func aStandbyIsNobodysToPromote() async throws {
      let cluster = try await RoleBench.start("127.29.2.3")
      let bench = try await RoleBench(cluster)
      try await bench.controller().prepare()
      try await cluster.kill()
      let signal = "\(cluster.directory)/data/standby.signal"
      ChildProcess.run(["sh", "-c", "touch '\(signal)' && chown --reference='\(cluster.directory)' '\(signal)'"])
      try await cluster.restart()
      let control = try bench.controller()
      let role = try await control.read()
      #expect(!role.takesWrites)
      #expect(role.position > .zero)
      await #expect(throws: RoleError.self) { _ = try await control.fence(generation: Generation(1)) }
      try await cluster.kill()
    }
  }
}
