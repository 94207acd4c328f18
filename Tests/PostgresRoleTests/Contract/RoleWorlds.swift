import Operations
import Simulation
import Synchronization

@testable import PostgresRole

/// PostgreSQL itself.
struct PostgresWorld: RoleWorld {
  let bench: RoleBench

  func controller(_ actor: String) throws -> any RoleControl { try bench.controller(actor) }

  func applicationWrites() async throws -> Bool { try await bench.refusal() == nil }

  func pass(_ duration: Duration) async throws { try await Task.sleep(for: duration) }

  func takeRightsByHand() async throws {
    try await bench.administer(
      """
      REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public FROM app;
      REVOKE USAGE ON ALL SEQUENCES IN SCHEMA public FROM app;
      ALTER ROLE app IN DATABASE \(bench.database) SET default_transaction_read_only = on;
      """)
  }
}

/// The simulation of it.
struct SimulatedWorld: RoleWorld {
  let clock = VirtualClock()
  let database: SimulatedRoleDatabase

  init() {
    database = SimulatedRoleDatabase(
      CloudID("aws"), rights: [TableRight(table: "public.task", privileges: ["DELETE", "INSERT"])], clock: clock.wall,
      skew: .seconds(-3))
  }

  func controller(_ actor: String) throws -> any RoleControl { database.controller(actor, clock: clock) }

  func applicationWrites() async throws -> Bool { database.write() }

  func pass(_ duration: Duration) async throws { clock.advance(to: clock.now.offset + duration) }

  func takeRightsByHand() async throws { database.takeRightsByHand() }
}
