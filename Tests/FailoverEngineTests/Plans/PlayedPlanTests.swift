import FailoverEngine
import Operations
import ReplicationEngine
import Simulation
import Testing

/// Whole plans, played by the real runner, performers and replication engine over simulated databases and DNS.
@Suite(.timeLimit(.minutes(2))) struct PlayedPlanTests {
  private static let aws = PlanWorld.aws
  private static let azure = PlanWorld.azure

  private func begin() async throws -> (world: PlayedPlan, life: PlayedPlan.Life) {
    let world = try await PlayedPlan()
    world.rows[Self.aws]?.commit([.init("public.account", "1", "a")])
    let life = world.live()
    await world.until { await world.link(life)?.state == .streaming }
    return (world, life)
  }

  private func play(_ plan: Plan, _ world: PlayedPlan, _ life: PlayedPlan.Life) async throws -> OperationSnapshot? {
    let id = try await life.runner.start(plan, overriding: [], actor: "kit@ops1")
    return await finish(id, world, life)
  }

  private func finish(_ id: OperationID, _ world: PlayedPlan, _ life: PlayedPlan.Life) async -> OperationSnapshot? {
    let waiter = Task { await life.runner.wait(for: id) }
    let over = Task { _ = await waiter.value }
    await world.until { [journal = world.journal] in
      journal.all.contains {
        if case .operationEnded = $0.kind { return $0.operation == id }
        return false
      }
    }
    await over.value
    return await waiter.value
  }

  @Test func aSwitchoverLosesNothingAndTheWayBackRuns() async throws {
    let (world, life) = try await begin()
    world.rows[Self.aws]?.commit([.init("public.account", "2", "last")])
    let plan = try await world.plan(.switchover(to: Self.azure), id: "f-1", life)
    let ended = try await play(plan, world, life)
    #expect(ended?.state == .done, "\(ended?.failure ?? "")")
    #expect(world.state == "azure writes, 40/60")
    #expect(world.rows[Self.azure]?.rows(of: "public.account") == ["1": "a", "2": "last"])
    world.rows[Self.azure]?.commit([.init("public.account", "3", "back")])
    await world.until { world.rows[Self.aws]?.rows(of: "public.account")["3"] == "back" }
    await life.end()
  }

  @Test func aSwitchoverThatCannotBeFinishedIsTakenBack() async throws {
    let (world, life) = try await begin()
    let plan = try await world.plan(.switchover(to: Self.azure), id: "f-1", life)
    var refused = plan
    // A refusal that certainly had no effect, as for want of a privilege.
    refused.steps[4].action = .role(.promote(CloudID("gcp"), generation: Generation(2)))
    let ended = try await play(refused, world, life)
    #expect(ended?.state == .failed)
    #expect(world.state == "aws writes, 60/40")
    #expect(await world.link(life)?.source == Self.aws)
    world.rows[Self.aws]?.commit([.init("public.account", "9", "on")])
    await world.until { world.rows[Self.azure]?.rows(of: "public.account")["9"] == "on" }
    await life.end()
  }

  @Test func aFailoverLeavesTheOldDirectionPaused() async throws {
    let (world, life) = try await begin()
    let plan = try await world.plan(.failover(to: Self.azure), id: "f-1", life)
    let ended = try await play(plan, world, life)
    #expect(ended?.state == .done, "\(ended?.failure ?? "")")
    #expect(world.state == "azure writes, 0/40")
    #expect(await world.link(life)?.state == .paused)
    world.rows[Self.aws]?.commit([.init("public.account", "1", "late")])
    await life.end()
    // Nor does it apply in the next life.
    let next = world.live()
    await world.until { await world.link(next)?.state == .paused }
    for _ in 0..<50 {
      world.clock.advanceToNext()
      await Task.yield()
    }
    #expect(world.rows[Self.azure]?.rows(of: "public.account")["1"] == "a")
    await next.end()
  }

  @Test(arguments: RejoinMethod.allCases)
  func anOldPrimaryFollowsAgain(method: RejoinMethod) async throws {
    let (world, life) = try await begin()
    let failover = try await world.plan(.failover(to: Self.azure), id: "f-1", life)
    #expect(try await play(failover, world, life)?.state == .done)
    // It wrote on, and nobody knew; the new primary has written meanwhile.
    world.rows[Self.aws]?.commit([.init("public.account", "1", "late"), .init("public.account", "8", "only there")])
    world.rows[Self.azure]?.commit([.init("public.account", "2", "new")])
    let rejoin = try await world.plan(.rejoin(Self.aws, method), id: "f-2", life)
    let ended = try await play(rejoin, world, life)
    #expect(ended?.state == .done, "\(ended?.failure ?? "")")
    #expect(world.rows[Self.azure]?.rows(of: "public.account") == ["1": "a", "2": "new"])
    #expect(world.rows[Self.aws]?.rows(of: "public.account") == ["1": "a", "2": "new"])
    world.rows[Self.azure]?.commit([.init("public.account", "3", "on")])
    await world.until { world.rows[Self.aws]?.rows(of: "public.account")["3"] == "on" }
    #expect(await world.link(life)?.source == Self.azure)
    await life.end()
  }

  /// Nothing was brought back before the second failover: the link was never turned, and rests.
  @Test func afterAFailoverThereAndBackTheOtherSideFollowsAgain() async throws {
    let (world, life) = try await begin()
    let there = try await world.plan(.failover(to: Self.azure), id: "f-1", life)
    #expect(try await play(there, world, life)?.state == .done)
    world.rows[Self.azure]?.commit([.init("public.account", "5", "only there")])
    let back = try await world.plan(.failover(to: Self.aws), id: "f-2", life)
    #expect(back.prediction.lossIsUnknown)
    #expect(try await play(back, world, life)?.state == .done)
    world.rows[Self.aws]?.commit([.init("public.account", "6", "on")])
    let rejoin = try await world.plan(.rejoin(Self.azure, .rebuild), id: "f-3", life)
    let ended = try await play(rejoin, world, life)
    #expect(ended?.state == .done, "\(ended?.failure ?? "")")
    #expect(world.rows[Self.azure]?.rows(of: "public.account") == ["1": "a", "6": "on"])
    await life.end()
  }

  /// The host is killed after each entry of the journal: the next one brings every plan to the same end.
  @Test(arguments: [
    (FailoverRequest.switchover(to: azure), "azure writes, 40/60"), (.failover(to: azure), "azure writes, 0/40"),
    (.shift(Weights([(aws, 10), (azure, 90)]), stages: 3), "aws writes, 10/90"), (.evacuate(azure), "aws writes, 60/0"),
  ])
  func aHostThatIsKilledAnywhereIsFollowedByOneThatFinishes(request: FailoverRequest, end: String) async throws {
    var length = 2
    while true {
      let (world, life) = try await begin()
      var plan = try await world.plan(request, id: "f-1", life)
      // Traffic is not measured here, so that draining would wait in vain.
      plan.steps.removeAll { if case .role(.drainTraffic) = $0.action { true } else { false } }
      let id = try await life.runner.start(plan, overriding: [], actor: "kit@ops1")
      let before = world.journal.all.count - 1
      await world.until { [length] in world.journal.all.count >= before + length || Self.isOver(id, world) }
      let isOver = Self.isOver(id, world)
      await life.end()
      let next = world.live()
      _ = try await next.runner.resume()
      _ = await finish(id, world, next)
      let ended = OperationMachine.ended(try await world.journal.entries(of: id))
      #expect(ended?.state == .done, "killed after \(length) entries: \(ended?.failure ?? "")")
      #expect(world.state == end, "killed after \(length) entries")
      let done = world.journal.all.compactMap { entry -> Int? in
        if case .stepDone(let index, _) = entry.kind, entry.operation == id { return index }
        return nil
      }
      #expect(done == Array(plan.steps.indices), "killed after \(length) entries")
      await next.end()
      if isOver { return }
      length += 1
    }
  }

  private static func isOver(_ id: OperationID, _ world: PlayedPlan) -> Bool {
    world.journal.all.contains {
      if case .operationEnded = $0.kind { return $0.operation == id }
      return false
    }
  }
}
