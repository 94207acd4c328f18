import Operations
import Simulation

/// Users who resolve a name, keep the answer for as long as they see fit, and write numbered rows.
struct Users: Sendable {
  struct Row: Sendable {
    var cloud: Int
    var committedAt: Timestamp
    /// Whether the user was told that it is safe.
    var isAcknowledged: Bool
  }

  struct User: Sendable {
    /// Where it goes now; nil before it has asked.
    var cloud: Int?
    var asksAt = World.epoch
    /// How many times as long as it was told it keeps an answer. Some keep one until it fails.
    var stretch: Int
  }

  private(set) var people: [User]
  var rows: [Row] = []
  /// Requests that reached each cloud, second by second, the newest last.
  private(set) var served: [[Int]] = []

  static let window = 4

  init(count: Int, sticky: Int) {
    people = (0..<count).map { User(stretch: $0 < sticky ? 1_000_000 : $0 % 5 == 4 ? 4 : 1) }
  }

  /// Share of the requests of the last seconds that reached each cloud; nil while there were none.
  var shares: [CloudShare]? {
    let sums = World.clouds.indices.map { cloud in served.reduce(0) { $0 + $1[cloud] } }
    let total = sums.reduce(0, +)
    guard total > 0 else { return nil }
    return World.clouds.indices.map { CloudShare(cloud: World.clouds[$0], share: Double(sums[$0]) / Double(total)) }
  }

  /// One second of everybody.
  mutating func act(in world: World) {
    var counts = [0, 0]
    for index in people.indices {
      let cloud = resolve(index, world)
      guard let cloud else { continue }
      if world.network.isUp(.front(cloud)) {
        counts[cloud] += 1
        write(through: cloud, world)
      } else {
        // A connection that fails is made anew, and the name is asked for again.
        people[index].asksAt = world.now
      }
    }
    served.append(counts)
    if served.count > Self.window { served.removeFirst() }
  }

  private mutating func resolve(_ index: Int, _ world: World) -> Int? {
    guard world.now >= people[index].asksAt || people[index].cloud == nil else { return people[index].cloud }
    let weights = world.names.answered
    guard weights.sum > 0 else { return people[index].cloud }
    var draw = world.chance.users.below(weights.sum)
    for entry in weights.entries {
      if draw < entry.weight {
        people[index].cloud = World.index(of: entry.cloud)
        break
      }
      draw -= entry.weight
    }
    people[index].asksAt = world.now + world.names.ttl * people[index].stretch
    return people[index].cloud
  }

  /// The application tries the database beside it first, then the other.
  private mutating func write(through cloud: Int, _ world: World) {
    for candidate in [cloud, 1 - cloud] {
      let database = world.databases[candidate]
      guard world.network.answers(database.place, from: .front(cloud)) else { continue }
      guard let transaction = database.role.begin() else { continue }
      guard world.chance.users.hits(0.15) else { return commit(transaction, database, through: cloud, world) }
      world.after(world.chance.users.between(.milliseconds(20), .milliseconds(900)), .users) {
        world.users.commit(transaction, database, through: cloud, world)
      }
      return
    }
  }

  private mutating func commit(
    _ transaction: SimulatedRoleDatabase.Transaction, _ database: CloudDatabase, through cloud: Int, _ world: World
  ) {
    guard world.network.answers(database.place, from: .front(cloud)), database.role.commit(transaction) else { return }
    rows.append(
      Row(cloud: database.index, committedAt: world.now, isAcknowledged: !world.chance.users.hits(0.01)))
    database.committed(rows.count - 1)
    world.note(.wrote(row: rows.count - 1, database.cloud))
  }
}
