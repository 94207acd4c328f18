import FailoverEngine
import Operations
import Simulation

/// A controller's way to one database's right to write, over the network.
struct RoleLine: RoleControl {
  let life: Life
  let database: CloudDatabase

  var name: String { "simulated PostgreSQL of \(database.cloud)" }

  private var role: SimulatedRole {
    database.role.controller("ops\(life.controller.index + 1)", clock: life.world.clock)
  }

  func prepare() async throws { try await change(.verify, Generation(0)) { try await role.prepare() } }

  func read() async throws -> DatabaseRole { try await call { try await role.read() } }

  func fence(generation: Generation) async throws -> String {
    try await change(.fence, generation) {
      do {
        return try await role.fence(generation: generation)
      } catch RoleError.notProven where life.world.mutation == .trustsUnprovenFence {
        return "it will be fenced"
      }
    }
  }

  func promote(generation: Generation) async throws -> String {
    try await change(.promote, generation) { try await role.promote(generation: generation) }
  }

  func verifyWritable(generation: Generation) async throws -> String {
    try await change(.verify, generation) { try await role.verifyWritable(generation: generation) }
  }

  func renewLease(generation: Generation, until end: Timestamp) async throws -> Timestamp {
    try await change(.renew, generation, isLateServed: true, mayFreeze: true) {
      if life.world.mutation == .renewsFromArrival {
        return try await role.renewLease(generation: generation, until: database.role.now + life.policy.leaseDuration)
      }
      return try await role.renewLease(generation: generation, until: end)
    }
  }

  func releaseLease(generation: Generation) async throws {
    try await change(.renew, generation) { try await role.releaseLease(generation: generation) }
  }

  func rights() async throws -> [TableRight] { try await call { try await role.rights() } }

  func remember(_ rights: [TableRight]) async throws { try await call { try await role.remember(rights) } }

  /// The server stops as it begins to carry out a renewal, and goes on with it when it thaws.
  private func freeze() async {
    guard let time = database.freezesInRenewal else { return }
    database.freezesInRenewal = nil
    let (world, wait) = (life.world, Wait<Void>())
    world.tell("\(database.cloud)'s database freezes in a renewal")
    world.network.freeze(database.place, by: 1)
    world.after(time, .heal) { [database] in
      world.tell("\(database.cloud)'s database thaws")
      world.thaw(database.place)
      wait.end(.success(()))
    }
    try? await wait.value()
  }

  // MARK: - Calls

  private func call<Value: Sendable>(
    isLateServed: Bool = false, _ serve: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await Line(world: life.world, process: life.process, place: database.place).call(
      within: .seconds(4), isLateServed: isLateServed,
      silence: RoleError.unreachable("\(name): no answer in the time allowed"), serve)
  }

  /// What came of it is seen at the database, whether or not an answer gets through.
  private func change<Value: Sendable>(
    _ call: RoleCall, _ generation: Generation, isLateServed: Bool = false, mayFreeze: Bool = false,
    _ serve: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let (world, actor) = (life.world, life.controller.index)
    return try await self.call(isLateServed: isLateServed) {
      // What stood when it began is not what stands when it goes on.
      if mayFreeze { await freeze() }
      let before = database.role.standing
      let wasWritable = database.isWritable
      var isEffective = true
      defer {
        let after = database.role.standing
        if after != before || (isEffective && call != .renew && call != .verify) {
          world.note(
            .turned(
              Turn(
                cloud: database.cloud, from: before.standing, to: after.standing, generation: generation,
                before: before.generation, wasWritable: wasWritable, controller: actor, call: call,
                writersBeside: world.databases.filter { $0.cloud != database.cloud && $0.isWritable }.map(\.cloud))))
        }
      }
      do {
        return try await serve()
      } catch {
        isEffective = false
        throw error
      }
    }
  }
}
