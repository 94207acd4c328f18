import Glibc
import Operations
import Simulation

/// Everything that is simulated, at one instant of virtual time.
///
/// Only the thread that runs the simulation touches it.
final class World: @unchecked Sendable {
  static let epoch = Timestamp(microsecondsSinceEpoch: 1_795_442_527_000_000)
  static let clouds = [CloudID("aws"), CloudID("azure")]
  static let link = LinkID("aws-azure")

  let scenario: Scenario
  let mutation: Mutation?
  var chance: Chance
  var agenda = Agenda()
  var network = Network()
  private(set) var now = World.epoch
  private(set) var databases: [CloudDatabase] = []
  let names: NameService
  let leaseSite: SimulatedLeaseSite
  let clock = TrueClock()
  let link = WorldLink()
  var users: Users
  var vantages: [Vantage]
  /// By cloud, how many faults keep its probes from coming to an end.
  var hangingProbes = [0, 0]
  private(set) var controllers: [Controller] = []
  var annals: Annals
  /// How often a database's role or the weights have changed.
  private(set) var writes = 0
  /// What happened in the event that is being looked at.
  private(set) var facts: [Fact] = []
  private(set) var story = Story()
  private let thread = pthread_self()

  init(_ scenario: Scenario, mutation: Mutation?) {
    self.scenario = scenario
    self.mutation = mutation
    chance = Chance(seed: scenario.seed)
    names = NameService(weights: scenario.weights, ttl: scenario.ttl)
    annals = Annals(names.standing)
    leaseSite = SimulatedLeaseSite(clock: clock, seed: scenario.seed)
    users = Users(count: scenario.users, sticky: scenario.stickyUsers)
    vantages = scenario.vantageNetworks.enumerated().map { Vantage(index: $0.offset, network: $0.element) }
    clock.world = self
    databases = World.clouds.indices.map { CloudDatabase($0, world: self, skew: scenario.databaseSkews[$0]) }
    controllers = (0..<scenario.controllers).map { Controller($0, world: self) }
  }

  var elapsed: Duration { now - World.epoch }

  func advance(to time: Timestamp) { now = max(now, time) }

  /// What goes on elsewhere would go on in an order of its own. `Task.yield`, for one, goes past whoever diverts jobs.
  func stayHere() {
    precondition(pthread_equal(thread, pthread_self()) != 0, "something went on outside of the simulation")
  }

  func after(_ time: Duration, _ kind: Agenda.Kind, _ action: @escaping () -> Void) {
    stayHere()
    agenda.add(at: now + time, kind, action)
  }

  static func index(of cloud: CloudID) -> Int { cloud == clouds[0] ? 0 : 1 }

  func database(_ cloud: CloudID) -> CloudDatabase { databases[World.index(of: cloud)] }

  /// Something happened that invariants judge.
  func note(_ fact: Fact) {
    stayHere()
    facts.append(fact)
    if fact.isWrite { writes += 1 }
    // Who leaks does so until the other side is promoted: rights that come back later are another matter.
    if case .turned(let turn) = fact, turn.isPromotion {
      for other in databases where other.cloud != turn.cloud { other.role.inject(nil) }
    }
    if let line = fact.line { tell(line) }
  }

  /// Something that a person who reads the story should know.
  func tell(_ line: @autoclosure () -> String) { story.add(line(), at: elapsed) }

  func takeFacts() -> [Fact] {
    defer { facts.removeAll(keepingCapacity: true) }
    return facts
  }

  func fold(_ kind: Agenda.Kind) { story.fold(kind.rawValue, at: elapsed) }

  func stopPlaces(of cloud: Int, by step: Int) {
    network.stop(.front(cloud), by: step)
    network.stop(.database(cloud), by: step)
  }

  /// `aws fenced; azure primary; weights 0/40; link from azure`.
  var standing: String {
    let roles = databases.map { database in
      let standing = database.role.standing.standing
      // Nobody has claimed it yet: it is what it does.
      let claimed = standing == .unclaimed ? (database.isWritable ? .primary : .fenced) : standing
      return "\(database.cloud) \(claimed.rawValue)"
    }
    let parts = roles + ["weights \(names.standing.weights.ratio)", "link from \(World.clouds[link.source])"]
    return parts.joined(separator: "; ") + (link.isPaused ? ", paused" : "") + (link.isCopying ? ", copying" : "")
  }

  /// Lets go of what refers to it.
  func takeDown() {
    for controller in controllers { controller.kill("the simulation ends") }
    agenda.removeAll()
  }
}
