import FailoverEngine
import Operations
import Simulation

/// The end of each run: everything heals, a person tidies up, and then the primary's cloud is lost once more, or moved
/// as planned. It must be done within a bound.
///
/// Only the thread that runs the simulation touches it.
final class Finale: Ending, @unchecked Sendable {
  private enum Stage {
    case settling, tidying, steady, lost, moved
  }

  private unowned let world: World
  private var stage = Stage.settling
  private var since = World.epoch
  private var actedAt = World.epoch
  private(set) var isOver = false
  private(set) var failure: String?

  init(_ world: World) { self.world = world }

  var beginsAt: Duration { world.scenario.lastHeal + .seconds(5) }

  func begin() {
    world.tell("finale: everything is well from here on")
    for controller in world.controllers {
      controller.disk.forgetDeath()
      controller.life?.process.onNextSend = nil
    }
    for database in world.databases { database.freezesInRenewal = nil }
    enter(.settling)
    look()
  }

  private func enter(_ next: Stage) {
    stage = next
    since = world.now
  }

  private func look() {
    switch stage {
    case .settling: settle()
    case .tidying: tidy()
    case .steady: steady()
    case .lost, .moved: awaitWrites(at: 1 - victim)
    }
    guard !isOver, failure == nil else { return }
    world.after(.seconds(1), .finale) { [self] in look() }
  }

  private var passed: Duration { world.now - since }
  private var policy: FailoverPolicy { world.scenario.policy }
  private var victim = 0

  private func settle() {
    if let life = world.leader?.life, life.turn > 0, passed > .seconds(5), canSettle(life) { return enter(.tidying) }
    if passed > .seconds(300) { failure = "nothing settles in 300 s without faults: \(describe())" }
  }

  private func canSettle(_ life: Life) -> Bool {
    guard let running = life.operations.first(where: { !$0.state.isFinal }) else { return true }
    if running.isPaused, ready() { world.hear(.control(.resume)) }
    return false
  }

  /// Once in a few seconds.
  private func ready() -> Bool {
    guard world.now - actedAt > .seconds(8) else { return false }
    actedAt = world.now
    return true
  }

  private func tidy() {
    guard passed <= .seconds(400) else {
      failure = "a person cannot tidy up in 400 s: \(describe())"
      return
    }
    guard let life = world.leader?.life, let view = life.failover, canSettle(life), ready() else { return }
    if view.isPaused { return world.hear(.tell(.resume)) }
    if view.acknowledgeBy != nil { return world.hear(.tell(.acknowledge)) }
    let writers = world.databases.filter(\.isWritable)
    guard let primary = writers.first, writers.count == 1 else { return revive() }
    let other = world.databases[1 - primary.index]
    if other.role.standing.standing != .fenced, policy.fencing == .lease || other.role.standing.standing == .primary {
      return world.hear(.ask(.rejoin(other.cloud, .rebuild), overriding: Self.overridable))
    }
    if isApart(primary, other, view) {
      return world.hear(.ask(.rejoin(other.cloud, .rebuild), overriding: Self.overridable))
    }
    enter(.steady)
  }

  /// Whether the other side does not follow: its link goes the wrong way or rests, it has rows of its own, or the ledger
  /// says that it was not copied.
  private func isApart(_ primary: CloudDatabase, _ other: CloudDatabase, _ view: FailoverSnapshot) -> Bool {
    let link = world.link
    return link.source != primary.index || link.isPaused || link.isSlotLost
      || (!link.isCopying && link.differences(world).surplus > 0)
      || view.unmet.contains { $0.name == "loss-within-rpo" && $0.detail.contains("signalbox rejoin \(other.cloud)") }
  }

  static let overridable = ["divergence", "too-soon", "loss-not-measured", "loss-above-rpo", "capacity"]
    .map { InterlockName($0) }

  /// Nobody takes writes: what was the primary last is made it again.
  private func revive() {
    world.hear(.ask(.failover(to: world.annals.primary), overriding: Self.overridable))
  }

  private func steady() {
    guard let life = world.leader?.life else { return enter(.settling) }
    guard canSettle(life), world.databases.contains(where: \.isWritable), life.failover?.state == .watching else {
      if passed > .seconds(300) { failure = "it does not become steady: \(describe())" }
      return
    }
    guard passed > policy.flapWindow + .seconds(15) else { return }
    victim = world.databases[0].isWritable ? 0 : 1
    if policy.automation == .automatic {
      world.tell("finale: \(World.clouds[victim]) is lost for good")
      world.stopPlaces(of: victim, by: 1)
      enter(.lost)
    } else {
      world.hear(.ask(.switchover(to: World.clouds[1 - victim]), overriding: Self.overridable))
      enter(.moved)
    }
  }

  private func awaitWrites(at target: Int) {
    if let last = world.annals.lastWrite, last.cloud == World.clouds[target], last.at > since {
      world.tell("finale: done after \(passed.inSeconds) s")
      isOver = true
      return
    }
    let bound = policy.leaseDuration + policy.leaseMargin + policy.countdown + policy.confirmation + .seconds(40)
    if passed > bound {
      failure =
        "\(World.clouds[target]) takes no writes \(bound.inSeconds) s after "
        + (stage == .lost ? "the loss" : "the switchover was asked for") + ": \(describe())"
    }
  }

  private func describe() -> String {
    let databases = world.databases.map { database in
      "\(database.cloud) \(database.role.standing.standing.rawValue) under \(database.role.standing.generation)"
        + (database.isWritable ? ", writable" : "")
    }
    let life = world.leader?.life ?? world.controllers.first { $0.life != nil }?.life
    let why =
      life?.failover?.why(at: life?.clock.wall.now() ?? World.epoch).joined(separator: "\n      ") ?? "nobody leads"
    let running = life?.operations.first { !$0.state.isFinal }.map { "running: \($0.title)" } ?? "no operation"
    return "\(databases.joined(separator: "; ")); link from \(World.clouds[world.link.source])"
      + "\(world.link.isPaused ? ", paused" : ""); \(running)\n      \(why)"
  }
}
