import LocalCloud
import Operations
import PostgresAdapter
import PostgresTestSupport
import TestSupport
import Testing

@testable import PostgresRole

/// What clients and observers see of a role that moves.
@Suite struct SteeringTests {
  /// The same database at two servers.
  private func pair() async throws -> (RoleBench, RoleBench) {
    let primary = try await RoleBench()
    return (primary, try await RoleBench(try await RoleBench.otherServer, name: primary.database))
  }

  private func look(_ bench: RoleBench) -> PostgresDatabase {
    PostgresDatabase(settings: bench.settings("signalbox"), applicationRole: "app", timeout: .seconds(5))
  }

  @Test func writersFollowTheRightToWrite() async throws {
    let (primary, secondary) = try await pair()
    let (old, new) = (try primary.controller(), try secondary.controller())
    _ = try await new.fence(generation: Generation(1))
    _ = try await old.promote(generation: Generation(1))
    // As the application has it: the old primary first, whoever takes writes.
    var settings = primary.settings("app")
    settings.hosts = [primary.cluster.host, secondary.cluster.host]
    settings.targetSession = .readWrite
    let pool = try PostgresPool(settings, limits: PostgresPoolLimits(connections: 2, pauseAfterFailure: .zero))
    try await pool.query(RoleBench.write, timeout: .seconds(5))
    #expect(pool.host == primary.cluster.host)
    let looks = [look(primary), look(secondary)]
    var roles = [DatabaseSnapshot.Role]()
    for look in looks { roles.append(try await look.observe().database.role) }
    #expect(roles == [.primary, .secondary])

    _ = try await old.fence(generation: Generation(2))
    for look in looks { #expect(try await !look.observe().database.writable) }
    await #expect(throws: PostgresError.self) { try await pool.query(RoleBench.write, timeout: .seconds(2)) }
    _ = try await new.promote(generation: Generation(2))
    #expect(try await looks[1].observe().database.role == .primary)
    try await pool.query(RoleBench.write, timeout: .seconds(5))
    #expect(pool.host == secondary.cluster.host)
    #expect(try await secondary.column("SELECT count(*)::text FROM public.task") == ["1"])
    await pool.close()
    for look in looks { await look.close() }
  }

  @Test func aLeaseThatHasEndedShows() async throws {
    let bench = try await RoleBench()
    let control = try bench.controller()
    let look = look(bench)
    #expect(try await look.observe().database.role == .primary)
    try await control.warmLease(Generation(1))
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(3))
    #expect(try await look.observe().database.role == .primary)
    let shows = try await eventually { try await look.observe().database.role == .secondary }
    #expect(shows)
    _ = try await control.renewLease(generation: Generation(1), for: .seconds(60))
    #expect(try await look.observe().database.writable)
    await look.close()
  }
}
