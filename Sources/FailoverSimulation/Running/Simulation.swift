import Operations

/// One run, from a seed: a world with faults in it, and every invariant judged after every event.
///
/// Only the thread that runs it touches it.
final class Simulation {
  private let world: World
  private let jobs = JobQueue()
  private let invariants: [Invariant]
  private let ending: any Ending
  private var violation: Violation?

  /// So long a run lasts at most, in virtual time.
  private static let limit = Duration.seconds(1800)

  init(_ world: World, invariants: [Invariant], ending: any Ending) {
    self.world = world
    self.invariants = invariants
    self.ending = ending
  }

  func run() -> SimulationOutcome {
    var end = ""
    jobs.divert {
      begin()
      while violation == nil, !ending.isOver, ending.failure == nil, let entry = world.agenda.removeFirst() {
        let time = Timestamp(microsecondsSinceEpoch: entry.at)
        guard time - World.epoch < Self.limit else {
          fail("the run does not end")
          break
        }
        world.advance(to: time)
        entry.action()
        finish(entry.kind)
      }
      end = world.standing
      world.takeDown()
      _ = jobs.drain()
    }
    return SimulationOutcome(
      seed: world.scenario.seed, violation: violation, elapsed: world.elapsed, events: world.story.events,
      hash: world.story.hash, story: world.story.text(), end: end)
  }

  private func begin() {
    world.tell("seed \(world.scenario.seed): \(world.scenario.summary)")
    for controller in world.controllers { controller.start() }
    for fault in world.scenario.faults {
      world.after(fault.at, .fault) { [world] in world.begin(fault.fault, lasting: fault.lasting) }
    }
    for person in world.scenario.people { world.after(person.at, .person) { [world] in world.hear(person.word) } }
    everySecond(.users) { $0.users.act(in: $0) }
    everySecond(.restart) { $0.restartTheDead() }
    world.after(ending.beginsAt, .finale) { [ending] in ending.begin() }
    _ = jobs.drain()
  }

  private func everySecond(_ kind: Agenda.Kind, _ body: @escaping (World) -> Void) {
    world.after(.seconds(1), kind) { [weak self, world] in
      body(world)
      self?.everySecond(kind, body)
    }
  }

  private func finish(_ kind: Agenda.Kind) {
    world.fold(kind)
    guard jobs.drain() else { return fail("there is no end of what is done at one instant") }
    judge()
    if let message = ending.failure { fail(message) }
    if let violation { world.tell("VIOLATED \(violation)") }
  }

  /// It does not come to an end.
  private func fail(_ message: String) {
    guard violation == nil, invariants.contains(where: { $0.number == Invariant.liveness.number }) else { return }
    violation = Violation(invariant: .liveness, message: message)
  }

  private func judge() {
    for fact in world.takeFacts() {
      for invariant in invariants where violation == nil {
        if let message = invariant.onFact?(fact, world) {
          violation = Violation(invariant: invariant, message: message)
        }
      }
      world.annals.take(fact, world)
    }
    for invariant in invariants where violation == nil {
      if let message = invariant.onState?(world) { violation = Violation(invariant: invariant, message: message) }
    }
  }
}
