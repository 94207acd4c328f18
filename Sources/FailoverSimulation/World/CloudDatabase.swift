import Operations
import Simulation

/// One cloud's database: whether it takes writes, and which rows it has.
///
/// Only the thread that runs the simulation touches it.
final class CloudDatabase: @unchecked Sendable {
  static let rights = [TableRight(table: "public.account", privileges: ["INSERT", "UPDATE", "DELETE"])]

  let index: Int
  let cloud: CloudID
  let place: Place
  let role: SimulatedRoleDatabase
  private(set) var skew: Duration
  /// Numbers of the rows that the application committed here, in their order: what replication reads.
  private(set) var log: [Int] = []
  /// Numbers of all rows that are here.
  private(set) var rows: Set<Int> = []

  /// For how long it freezes when the next renewal arrives.
  var freezesInRenewal: Duration?

  init(_ index: Int, world: World, skew: Duration) {
    self.index = index
    self.skew = skew
    cloud = World.clouds[index]
    place = .database(index)
    role = SimulatedRoleDatabase(
      cloud, rights: Self.rights, isFenced: index > 0, clock: world.clock.wall, skew: skew, seed: world.scenario.seed)
  }

  func step(by change: Duration) {
    skew += change
    role.setSkew(skew)
  }

  /// Whether it would take the application's writes if it were asked, though it may be down or frozen now.
  var isWritable: Bool { role.takesWrites }

  func committed(_ row: Int) {
    log.append(row)
    rows.insert(row)
  }

  func apply(_ row: Int) { rows.insert(row) }

  func empty() { rows = [] }

  /// Its tables are made equal to another's.
  func copy(_ other: CloudDatabase) { rows = other.rows }
}
