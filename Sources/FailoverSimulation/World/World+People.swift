import FailoverEngine
import Operations

extension World {
  /// Whoever holds the lease now; else whoever lives.
  var leader: Controller? {
    controllers.first { $0.life?.holdsLease == true && $0.life?.process.isPaused == false }
  }

  func hear(_ word: PersonsWord) {
    guard let life = (leader ?? controllers.first { $0.life != nil })?.life else { return }
    Task { await life.hear(word) }
  }

  /// Whoever looks after the machines starts what has died.
  func restartTheDead() {
    for controller in controllers where controller.life == nil && chance.controllers.hits(0.3) { controller.start() }
  }
}

extension Scenario {
  /// When the last fault is over.
  var lastHeal: Duration { (faults.map { $0.at + $0.lasting } + people.map(\.at) + [quietAfter]).max() ?? quietAfter }

  var summary: String {
    "\(policy.automation.rawValue), fencing \(policy.fencing.rawValue), \(controllers) controllers, "
      + "vantages \(vantageNetworks.joined(separator: " ")), TTL \(ttl.components.seconds) s, weights \(weights.ratio), "
      + "window \(policy.window.components.seconds) s, write lease \(policy.leaseDuration.components.seconds) s"
  }
}
