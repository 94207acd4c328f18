import Operations
import Simulation

/// A controller's way to the third site that keeps the lease.
struct LeaseLine: LeaseStore {
  let life: Life

  var name: String { "simulated lease" }

  private var site: SimulatedLease { life.world.leaseSite.line(of: "ops\(life.controller.index + 1)") }

  func claim(for holder: String, lasting ttl: Duration) async throws -> LeaseClaim {
    try await call { [site] in try await site.claim(for: holder, lasting: ttl) }
  }

  func renew(_ ticket: LeaseTicket) async throws -> Bool { try await call { [site] in try await site.renew(ticket) } }

  func check(_ ticket: LeaseTicket) async throws -> Bool { try await call { [site] in try await site.check(ticket) } }

  func word() async throws -> String? { try await call { [site] in try await site.word() } }

  func leave(_ word: String?, _ ticket: LeaseTicket) async throws {
    try await call { [site] in try await site.leave(word, ticket) }
  }

  func release(_ ticket: LeaseTicket, cleanly: Bool) async throws {
    try await call { [site] in try await site.release(ticket, cleanly: cleanly) }
  }

  func holder() async throws -> String? { try await call { [site] in try await site.holder() } }

  private func call<Value: Sendable>(_ serve: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await Line(world: life.world, process: life.process, place: .leaseSite).call(
      within: .seconds(2), silence: HostError.failed("simulated lease: no answer"), serve)
  }
}
