import Operations
import Simulation
import Testing

@testable import FailoverEngine

/// Who keeps the primary's right to write from ending, and when it lets it end.
@Suite(.timeLimit(.minutes(1))) struct RoleKeeperTests {
  private static let aws = KeeperBench.cloudOfAWS

  @Test func thePrimarysRightIsRenewedAndEndsWithItsKeeper() async {
    let bench = KeeperBench()
    await bench.run {
      await bench.pass(KeeperBench.lease * 6)
      #expect(bench.aws.takesWrites)
      #expect(bench.aws.standing.standing == .primary)
      #expect(!bench.azure.takesWrites)
    }
    await bench.pass(KeeperBench.lease - KeeperBench.renewal - .milliseconds(1))
    #expect(bench.aws.takesWrites)
    await bench.pass(KeeperBench.renewal + .milliseconds(1))
    #expect(!bench.aws.takesWrites)
  }

  /// Nobody counts on the end of a right that has none: a failover would wait for what never comes.
  @Test func aRightThatWasNeverArmedHasNoEnd() async {
    let bench = KeeperBench()
    bench.host.set { $0.refusal = "another host holds the lease" }
    await bench.run { await bench.pass(.seconds(30)) }
    #expect(bench.aws.takesWrites && bench.aws.standing.standing == .unclaimed)
    #expect(await bench.keeper.leaseEnd(of: Self.aws) == nil)
    #expect(await KeeperBench(fencing: .proof).keeper.leaseEnd(of: Self.aws) == nil)
  }

  @Test func whatAFailoverCountsOnEndsWhenItWasSaid() async throws {
    let bench = KeeperBench()
    try await bench.run {
      await bench.pass(.seconds(5))
      let end = try #require(await bench.keeper.leaseEnd(of: Self.aws))
      #expect(end > bench.now && end <= bench.now + KeeperBench.lease)
      await bench.pass(end - bench.now)
      #expect(!bench.aws.takesWrites)
      #expect(bench.host.notes.isEmpty)
    }
  }

  /// A lease that has ended refuses writes, and still lets in whoever looks for a server to write at.
  @Test func anOldPrimaryIsFencedWhenItCanBeReachedAgain() async throws {
    let bench = KeeperBench()
    let plan = Generation(7)
    try await bench.run {
      await bench.pass(.seconds(5))
      let others = bench.aws.controller("another", clock: bench.clock)
      _ = try await others.fence(generation: Generation(5))
      _ = try await others.promote(generation: Generation(6))
      await bench.pass(.seconds(3))
      bench.aws.inject(.unreachable)
      _ = await bench.keeper.leaseEnd(of: Self.aws)
      await bench.pass(KeeperBench.lease)
      _ = try await bench.azure.controller("another", clock: bench.clock).promote(generation: plan)
      bench.host.set { $0.isMoving = true }
      await bench.pass(.seconds(3))
      #expect(bench.aws.standing.standing == .primary)
      bench.aws.inject(nil)
      bench.host.set { $0.refusal = "another host holds the lease" }
      await bench.pass(.seconds(3))
      #expect(bench.aws.standing.standing == .primary)
      // A fence whose proof got lost is made again.
      bench.aws.inject(.losesAnswers)
      bench.host.set { $0.refusal = nil }
      await bench.pass(.seconds(3))
      #expect(bench.aws.standing.standing == .fenced)
      #expect(await bench.keeper.outlived[Self.aws]?.isFenced == false)
      bench.aws.inject(nil)
      await bench.pass(.seconds(3))
      #expect(await bench.keeper.outlived[Self.aws]?.isFenced == true)
      #expect(bench.aws.standing.standing == .fenced && bench.aws.standing.generation == plan)
      #expect(bench.azure.takesWrites && bench.azure.standing.generation == plan)
      #expect(bench.host.notes == ["aws is fenced: azure is the primary since generation 7"])
    }
  }

  /// Which of them is to stay is a person's to say.
  @Test func ofTwoThatTakeWritesNoneIsFencedUnasked() async throws {
    let bench = KeeperBench(fencing: .proof)
    try await bench.run {
      await bench.pass(.seconds(5))
      let others = bench.aws.controller("another", clock: bench.clock)
      _ = try await others.fence(generation: Generation(5))
      _ = try await others.promote(generation: Generation(6))
      try await bench.promote(bench.azure, generation: 7)
      await bench.pass(.seconds(10))
      #expect(bench.aws.takesWrites && bench.azure.takesWrites)
      #expect(bench.host.notes.isEmpty)
    }
  }

  /// Somebody may have counted on the end, and be about to promote the other side: that promotion must be refused.
  @Test func aRightThatEndedIsGivenAgainOnlyUnderAGenerationThatFencesTheOthers() async {
    let bench = KeeperBench()
    await bench.run {
      await bench.pass(.seconds(5))
      let standing = bench.aws.standing.generation
      bench.aws.inject(.unreachable)
      await bench.pass(KeeperBench.lease * 2)
      #expect(!bench.aws.takesWrites)
      bench.aws.inject(nil)
      await bench.pass(KeeperBench.renewal * 2)
      #expect(bench.aws.takesWrites)
      #expect(bench.aws.standing.generation == standing.next)
      #expect(bench.azure.standing.generation == standing.next)
      #expect(bench.host.notes.count == 1)
      await #expect(throws: RoleError.self) { try await bench.promote(bench.azure, generation: standing.rawValue) }
      #expect(!bench.azure.takesWrites)
    }
  }

  /// Each change of the weights raises the number of the next plan, and so of a promotion that was held up.
  @Test func aRightIsGivenAgainAboveEveryNumberThatAPlanMayHave() async {
    let bench = KeeperBench()
    bench.host.set { $0.issued = Generation(57) }
    await bench.run {
      await bench.pass(.seconds(5))
      bench.aws.inject(.unreachable)
      await bench.pass(KeeperBench.lease * 2)
      bench.aws.inject(nil)
      await bench.pass(KeeperBench.renewal * 2)
      #expect(bench.aws.takesWrites)
      #expect(bench.aws.standing.generation == Generation(58))
      await #expect(throws: RoleError.self) { try await bench.promote(bench.azure, generation: 58) }
      #expect(!bench.azure.takesWrites)
    }
  }

  /// The other side was promoted meanwhile, and its right has ended as well: it is the primary all the same.
  @Test func anOldRightIsNotGivenAgainBesideALaterPromotion() async throws {
    let bench = KeeperBench()
    bench.host.set { $0.issued = Generation(57) }
    try await bench.run {
      await bench.pass(.seconds(5))
      bench.aws.inject(.unreachable)
      await bench.pass(KeeperBench.lease * 2)
      bench.host.set { $0.isMoving = true }
      try await bench.promote(bench.azure, generation: 2)
      await bench.pass(KeeperBench.renewal * 2)
      bench.azure.inject(.unreachable)
      await bench.pass(KeeperBench.lease * 2)
      bench.host.set { $0.isMoving = false }
      bench.aws.inject(nil)
      bench.azure.inject(nil)
      await bench.pass(KeeperBench.renewal * 2)
      #expect(!bench.aws.takesWrites)
      #expect(bench.azure.takesWrites)
    }
  }

  @Test(arguments: ["an operation", "a journal that cannot be written", "an other side that is not reached"])
  func aRightThatEndedStaysSoWhile(_ obstacle: String) async {
    let bench = KeeperBench()
    await bench.run {
      await bench.pass(.seconds(5))
      bench.aws.inject(.unreachable)
      await bench.pass(KeeperBench.lease * 2)
      switch obstacle {
      case "an operation": bench.host.set { $0.isMoving = true }
      case "a journal that cannot be written": bench.host.set { $0.journalFault = "the disk is full" }
      default: bench.azure.inject(.unreachable)
      }
      bench.aws.inject(nil)
      await bench.pass(KeeperBench.lease * 2)
      #expect(!bench.aws.takesWrites)
      bench.host.set { $0 = KeeperBench.Host.State() }
      bench.azure.inject(nil)
      await bench.pass(KeeperBench.renewal * 2)
      #expect(bench.aws.takesWrites)
    }
  }

  @Test func anOldPrimaryThatComesBackIsNotRevived() async throws {
    let bench = KeeperBench()
    try await bench.run {
      await bench.pass(.seconds(10))
      bench.aws.inject(.unreachable)
      await bench.pass(KeeperBench.lease * 2)
      try await bench.promote(bench.azure, generation: 5)
      await bench.pass(KeeperBench.renewal)
      bench.aws.inject(nil)
      await bench.pass(KeeperBench.lease * 3)
      #expect(!bench.aws.takesWrites)
      #expect(bench.azure.takesWrites && bench.azure.standing.generation == Generation(5))
      #expect(bench.host.notes == ["aws is fenced: azure is the primary since generation 5"])
    }
  }

  /// The primary is asked for its rights while it can be; the promotion needs them when it cannot.
  @Test func theOtherSideKnowsWhatThePrimaryMayDo() async throws {
    let bench = KeeperBench()
    await #expect(throws: RoleError.self) { try await bench.promote(bench.azure, generation: 2) }
    try await bench.run {
      await bench.pass(.seconds(10))
      bench.aws.inject(.down)
      try await bench.promote(bench.azure, generation: 2)
      #expect(bench.azure.takesWrites)
    }
  }

  @Test func aHostThatEndsInGoodOrderLetsTheRightStand() async {
    let bench = KeeperBench()
    await bench.run { await bench.pass(.seconds(5)) }
    await bench.keeper.release()
    await bench.pass(KeeperBench.lease * 3)
    #expect(bench.aws.takesWrites)
  }

  @Test func wordIsLeftOfAnEndOnceThereIsOneAndTakenBackBeforeItIsLifted() async {
    let bench = KeeperBench()
    await bench.keeper.inherit { bench.host.word }
    #expect(bench.host.word == nil)
    await bench.run {
      await bench.pass(.seconds(5))
      #expect(bench.host.word == "aws")
    }
    await bench.keeper.release()
    #expect(bench.host.word == nil)
  }

  /// Whoever stands by may count on the end that is told.
  @Test func anEndThatIsToldIsNotLiftedBeforeThatIsTakenBack() async {
    let bench = KeeperBench()
    await bench.keeper.inherit { bench.host.word }
    await bench.run {
      await bench.pass(.seconds(5))
    }
    bench.host.set { $0.wordFault = "etcd: no answer" }
    await bench.keeper.release()
    await bench.pass(KeeperBench.lease * 3)
    #expect(!bench.aws.takesWrites)
    #expect(bench.host.faults["write leases"]?.contains("etcd: no answer") == true)
  }

  @Test func aPromotionLiftsAnEnd() async throws {
    let bench = KeeperBench()
    await bench.keeper.inherit { bench.host.word }
    await bench.run {
      await bench.pass(.seconds(5))
    }
    try await bench.keeper.willPromote(KeeperBench.cloudOfAWS)
    #expect(bench.host.word == nil)
    #expect(await bench.keeper.leaseEnd(of: KeeperBench.cloudOfAWS) == nil)
    bench.host.set {
      $0.word = "aws"
      $0.wordFault = "etcd: no answer"
    }
    await bench.keeper.inherit { bench.host.word }
    await #expect(throws: HostError.self) { try await bench.keeper.willPromote(KeeperBench.cloudOfAWS) }
  }

  @Test(arguments: ["azure", "", nil])
  func anEndThatTheHostBeforeDidNotTellOfIsNotCountedOn(word: String?) async {
    let bench = KeeperBench()
    await bench.run {
      await bench.pass(.seconds(5))
      #expect(await bench.keeper.leaseEnd(of: KeeperBench.cloudOfAWS) != nil)
      await bench.keeper.goOn()
      bench.aws.inject(.down)
      await bench.keeper.inherit {
        guard let word else { throw HostError.failed("etcd: no answer") }
        return word
      }
      #expect(await bench.keeper.leaseEnd(of: KeeperBench.cloudOfAWS) == nil)
      let views = await bench.keeper.views(at: bench.now)
      #expect(views.allSatisfy { $0.role.value.leaseExpiresAt == nil })
    }
  }

  /// A host that vanished may have renewed until this one took over, and not longer.
  @Test func anEndThatTheHostBeforeToldOfIsCountedOnFromNow() async {
    let bench = KeeperBench()
    bench.aws.inject(.down)
    await bench.run {
      await bench.pass(.seconds(60))
      await bench.keeper.inherit { "aws" }
      #expect(await bench.keeper.leaseEnd(of: KeeperBench.cloudOfAWS) == bench.now + KeeperBench.lease)
    }
  }

  /// What renews may be in the middle of it when the host is told to end.
  @Test func whatIsLetStandIsNotLentAgain() async {
    let bench = KeeperBench()
    await bench.run {
      await bench.pass(.seconds(5))
      await bench.keeper.release()
      await bench.pass(KeeperBench.renewal * 2)
    }
    await bench.pass(KeeperBench.lease * 3)
    #expect(bench.aws.takesWrites)
  }

  @Test func whoeverDoesNotHoldTheLeaseLooksAndChangesNothing() async {
    let bench = KeeperBench()
    bench.host.set { $0.refusal = "another host holds the lease" }
    await bench.run { await bench.pass(.seconds(30)) }
    await bench.keeper.release()
    #expect(bench.aws.standing.standing == .unclaimed && bench.azure.standing.standing == .unclaimed)
    let views = await bench.keeper.views(at: bench.now)
    #expect(views.map(\.cloud.rawValue) == ["aws", "azure"])
    #expect(views.map(\.role.value.takesWrites) == [true, false])
  }

  @Test func aDatabaseThatDoesNotAnswerIsToldOfAndTheOtherIsKept() async {
    let bench = KeeperBench()
    bench.azure.inject(.unreachable)
    await bench.run {
      await bench.pass(KeeperBench.lease * 2)
      #expect(bench.aws.takesWrites)
      #expect(bench.host.faults["simulated PostgreSQL of azure"]?.contains("no answer") == true)
    }
  }
}
