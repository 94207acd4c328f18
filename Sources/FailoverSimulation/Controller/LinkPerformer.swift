import Operations

/// Performs the steps that concern the link, as the replication engine does, on the simulated rows.
struct LinkPerformer: StepPerformer {
  let life: Life
  private var world: World { life.world }
  private var link: WorldLink { life.world.link }

  func perform(
    _ action: StepAction, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    guard case .sync(let action) = action else { throw HostError.failed("this step is not the link's") }
    try await life.process.gate()
    switch action {
    case .pause:
      link.isPaused = true
      world.note(.linkPaused(by: life.controller.index))
      return "nothing is applied any more"
    case .resume:
      link.isPaused = false
      return "goes on"
    case .drain: return try await drain(progress)
    case .advanceSequences:
      try await reach(link.source)
      try await reach(link.target)
      return "1 sequence set"
    case .advanceSequencesAlone:
      try await reach(link.target)
      return "1 sequence set"
    case .reverse(_, let source): return try await reverse(from: World.index(of: source))
    case .baseline: return try await copy()
    case .verify: return try await verify()
    case .repair, .snapshot, .reapply, .confirmDrained, .notePause: throw HostError.failed("nothing here does this")
    }
  }

  /// Both sides are asked, as every one of its steps does.
  private func reach(_ cloud: Int) async throws {
    let place = world.databases[cloud].place
    try await Line(world: world, process: life.process, place: place).call(
      within: .seconds(4), silence: HostError.failed("\(World.clouds[cloud]): no answer")
    ) {}
  }

  private func drain(_ progress: @Sendable (String) async -> Void) async throws -> String {
    try await reach(link.source)
    let goal = world.databases[link.source].log.count
    var idle = Duration.zero
    var least = Int.max
    while link.confirmed < goal {
      guard !link.isPaused, !link.isSlotLost else { throw HostError.failed("the link does not run") }
      let left = goal - link.confirmed
      idle = left < least ? .zero : idle + .milliseconds(500)
      least = min(left, least)
      guard idle < .seconds(20) else { throw HostError.failed("the link has come no further for 20 s") }
      await progress("\(left) rows to go")
      try await life.clock.sleep(for: .milliseconds(500))
    }
    try await reach(link.target)
    return "everything is durable at \(World.clouds[link.target])"
  }

  /// The way back is made before the way there is taken down. Begun again after a crash it ends where it would have.
  private func reverse(from named: Int) async throws -> String {
    let source = world.mutation == .turnsTwice ? link.target : named
    guard link.source != source else { return "turned already" }
    try await reach(source)
    try await reach(1 - source)
    link.turn(to: source, world)
    world.note(.linkTurned(to: World.clouds[source], by: life.controller.index))
    life.lookAtLink()
    return "changes of \(World.clouds[source]) go to \(World.clouds[1 - source]) now"
  }

  private func copy() async throws -> String {
    try await reach(link.source)
    try await reach(link.target)
    if !link.isCopying {
      let target = world.databases[link.target]
      world.note(.discarded(target.rows.subtracting(world.databases[link.source].rows), of: target.cloud))
      link.discard(world)
    }
    var waited = Duration.zero
    while link.isCopying {
      guard !link.isPaused else { throw HostError.failed("the link is paused") }
      guard waited < .seconds(20) else { throw HostError.failed("the copy has come no further for 20 s") }
      try await life.clock.sleep(for: .milliseconds(500))
      waited += .milliseconds(500)
    }
    world.note(.copied(by: life.controller.index))
    return "1 table copied anew"
  }

  func verify() async throws -> String {
    try await reach(link.source)
    try await reach(link.target)
    // What is on its way is waited for, as the real comparison does.
    try await life.clock.sleep(for: .seconds(2))
    let unconfirmed = world.databases[link.source].log.dropFirst(link.confirmed).count
    let found = link.differences(world)
    link.lastVerify = VerifySummary(
      at: life.clock.wall.now(), rowsCompared: world.databases[link.source].rows.count,
      missing: max(0, found.missing - unconfirmed), surplus: found.surplus, unlike: 0)
    return "rows compared"
  }
}
