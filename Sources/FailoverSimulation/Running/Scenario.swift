import FailoverEngine
import LeaseEngine
import Operations
import Simulation

/// Everything of a run that is drawn before it begins.
struct Scenario: Sendable {
  let seed: UInt64
  var policy = FailoverPolicy()
  var controllers: Int
  var lease: LeaseSettings
  var ttl: Duration
  var weights: Weights
  var users: Int
  var stickyUsers: Int
  var vantageNetworks: [String]
  var databaseSkews: [Duration]
  /// Of the controllers' clocks.
  var rates: [Double]
  var skews: [Duration]
  var faults: [(at: Duration, fault: Fault, lasting: Duration)] = []
  var people: [(at: Duration, word: PersonsWord)] = []
  /// When no new fault begins any more.
  var quietAfter: Duration

  init(seed: UInt64) {
    self.seed = seed
    var chance = Chance.Stream(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    controllers = chance.hits(0.4) ? 2 : 1
    lease = chance.hits(0.5) ? LeaseSettings(ttl: .seconds(5), lockDelay: .seconds(12)) : LeaseSettings()
    ttl = .seconds(chance.pick([2, 5, 10]))
    let weight = chance.pick([50, 70, 100, 20])
    weights = Weights([(World.clouds[0], weight), (World.clouds[1], 100 - weight)])
    users = 6 + chance.below(8)
    stickyUsers = chance.below(3)
    vantageNetworks = chance.pick([
      ["here", "east", "west"], ["here", "here", "east", "west"], ["here", "east"], ["here", "east", "east"],
    ])
    databaseSkews = [chance.between(.seconds(-3), .seconds(3)), chance.between(.seconds(-3), .seconds(3))]
    rates = [0.99 + 0.02 * chance.unit(), 0.99 + 0.02 * chance.unit()]
    skews = [
      chance.between(.milliseconds(-400), .milliseconds(400)), chance.between(.milliseconds(-400), .milliseconds(400)),
    ]
    quietAfter = .seconds(60 + chance.below(60))
    policy = Self.policy(&chance)
    drawFaults(&chance)
    drawPeople(&chance)
    if chance.hits(0.15) { drawEnd(&chance) }
  }

  private static func policy(_ chance: inout Chance.Stream) -> FailoverPolicy {
    var policy = FailoverPolicy()
    policy.automation = chance.hits(0.75) ? .automatic : chance.hits(0.6) ? .advise : .manual
    policy.fencing = policy.automation == .automatic ? .lease : chance.pick([.lease, .proof])
    policy.countdown = chance.pick([.zero, .seconds(1), .seconds(3)])
    policy.confirmation = chance.pick([.zero, .seconds(2)])
    policy.recovery = .seconds(5)
    policy.window = chance.pick([.seconds(60), .seconds(300), .seconds(3600)])
    policy.flapWindow = .seconds(30)
    policy.leaseDuration = chance.pick([.seconds(6), .seconds(10)])
    policy.leaseRenewal = chance.pick([.seconds(1), .seconds(2)])
    return policy
  }
}
