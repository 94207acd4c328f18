import Operations

/// Tells what only an old primary has, and takes it over.
struct DivergenceLine: DivergencePort {
  let life: Life

  func export(
    _ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let rows = try await only(cloud)
    if life.world.mutation != .exportsNothing { life.world.note(.exported(rows, by: life.controller.index)) }
    return "\(rows.count) rows exported"
  }

  func merge(
    _ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let rows = try await only(cloud)
    let other = life.world.databases[1 - World.index(of: cloud)]
    try await reach(other)
    for row in rows.sorted() { other.apply(row) }
    return "\(rows.count) rows written"
  }

  private func only(_ cloud: CloudID) async throws -> Set<Int> {
    let database = life.world.database(cloud)
    try await reach(database)
    let other = life.world.databases[1 - database.index]
    try await reach(other)
    return database.rows.subtracting(other.rows)
  }

  private func reach(_ database: CloudDatabase) async throws {
    try await Line(world: life.world, process: life.process, place: database.place).call(
      within: .seconds(4), silence: HostError.failed("\(database.cloud): no answer")
    ) {}
  }
}
