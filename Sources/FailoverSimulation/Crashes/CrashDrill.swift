import FailoverEngine
import Operations
import Simulation

/// A calm world in which one operation is asked for, and its host is killed as it writes a certain entry of its journal.
///
/// Only the thread that runs the simulation touches it.
final class CrashDrill: Ending, @unchecked Sendable {
  private enum Stage {
    case preparing(Int), ready, under
  }

  private unowned let world: World
  private let course: CrashCourse
  private let death: (how: Disk.Death, after: Int)?
  private var stage = Stage.preparing(0)
  /// Since when there has been nothing to do.
  private var idleSince: Timestamp?
  private var deedsBefore = 0
  private(set) var isOver = false
  private(set) var failure: String?
  /// What stood before the operation, and whether it began.
  private(set) var before = ""
  private(set) var hasBegun = false

  let beginsAt = Duration.seconds(10)

  init(_ world: World, _ course: CrashCourse, _ death: (how: Disk.Death, after: Int)?) {
    self.world = world
    self.course = course
    self.death = death
  }

  /// Whether the host was killed as it was meant to be.
  var hasDied: Bool { death != nil && !world.controllers[0].disk.awaitsDeath }

  func begin() { look() }

  private func look() {
    guard world.elapsed < .seconds(900) else {
      failure = "the drill does not end: \(world.standing)"
      return
    }
    if isIdle() { goOn() }
    guard !isOver else { return }
    world.after(.seconds(1), .finale) { [self] in look() }
  }

  /// Nothing is under way, a host leads, and it has been so for a while.
  private func isIdle() -> Bool {
    let isQuiet = world.leader?.life != nil && world.annals.deeds.values.allSatisfy(\.hasEnded)
    idleSince = isQuiet ? idleSince ?? world.now : nil
    return idleSince.map { world.now - $0 >= .seconds(8) } ?? false
  }

  private func goOn() {
    idleSince = nil
    switch stage {
    case .preparing(let index) where index < course.before.count:
      stage = .preparing(index + 1)
      ask(course.before[index])
    case .preparing:
      stage = .ready
      if course.losesPrimary { world.stopPlaces(of: 0, by: 1) }
    case .ready:
      stage = .under
      before = world.standing
      deedsBefore = world.annals.deeds.count
      if let death { world.controllers[0].disk.killWriting(death.how, after: death.after) }
      ask(course.request)
    case .under:
      hasBegun = world.annals.deeds.count > deedsBefore
      isOver = true
    }
  }

  private func ask(_ request: FailoverRequest) {
    world.hear(.ask(request, overriding: Finale.overridable + [InterlockName("target-not-healthy")]))
  }
}

extension Scenario {
  /// Nothing goes wrong, and nothing is done that nobody asks for.
  static var calm: Scenario {
    var calm = Scenario(seed: 1)
    calm.controllers = 1
    calm.faults = []
    calm.people = []
    calm.ttl = .seconds(2)
    calm.stickyUsers = 0
    calm.weights = Weights([(World.clouds[0], 60), (World.clouds[1], 40)])
    calm.policy.automation = .manual
    calm.policy.fencing = .lease
    return calm
  }
}
