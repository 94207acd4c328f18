import Operations
import Testing

@testable import FailoverEngine

@Suite struct FailoverPolicyTests {
  private let aws = Timeline.aws
  private let azure = Timeline.azure

  private func surroundings(_ change: (inout PolicySurroundings) -> Void = { _ in }) -> PolicySurroundings {
    var surroundings = PolicySurroundings(
      ttl: .seconds(5), detection: .seconds(4), vantageNetworks: ["host", "ams", "fra"], clouds: [aws, azure],
      databases: [aws, azure], links: [(azure, aws)])
    change(&surroundings)
    return surroundings
  }

  private func keys(_ policy: FailoverPolicy, _ surroundings: PolicySurroundings) -> [String] {
    policy.contradictions(in: surroundings).map(\.key)
  }

  @Test func theDefaultsGoTogetherAnywhere() {
    #expect(keys(FailoverPolicy(), surroundings()).isEmpty)
    #expect(keys(FailoverPolicy(), surroundings { $0.vantageNetworks = ["host"] }).isEmpty)
  }

  @Test func automaticWithLeasesGoesTogether() { #expect(keys(Timeline.automatic(), surroundings()).isEmpty) }

  @Test func whoActsByItselfNeedsTwoNetworks() {
    let policy = Timeline.automatic {
      $0.quorumVantages = 1
      $0.quorumNetworks = 1
    }
    #expect(keys(policy, surroundings { $0.vantageNetworks = ["host", "host"] }) == ["quorum"])
    var advising = policy
    advising.automation = .advise
    #expect(keys(advising, surroundings { $0.vantageNetworks = ["host"] }).isEmpty)
    let impossible = Timeline.automatic { $0.quorumNetworks = 3 }
    #expect(keys(impossible, surroundings()) == ["quorum"])
  }

  @Test func anRPONeedsReplication() throws {
    let found = Timeline.automatic().contradictions(in: surroundings { $0.links = [] })
    let only = try #require(found.first)
    #expect(found.count == 1)
    #expect(
      only.description == "an RPO of 30 s cannot be kept between aws and azure: no replication link joins them, so a "
        + "loss is never measured; add one under replication, or set automation: advise")
    // Traffic alone needs none.
    #expect(
      keys(
        Timeline.automatic(),
        surroundings {
          $0.links = []
          $0.databases = []
        }
      ).isEmpty)
  }

  @Test func anRPOShorterThanTheLeaseIsNeverKept() {
    let policy = Timeline.automatic {
      $0.rpo = .seconds(11)
      $0.leaseDuration = .seconds(10)
    }
    #expect(keys(policy, surroundings()) == ["rpo"])
  }

  @Test func automaticNeedsLeases() {
    #expect(keys(Timeline.automatic { $0.fencing = .proof }, surroundings()) == ["fencing"])
  }

  @Test func aLeaseOutlivesTwoLostRenewals() {
    let policy = Timeline.automatic {
      $0.leaseDuration = .seconds(5)
      $0.leaseRenewal = .seconds(2)
    }
    #expect(keys(policy, surroundings()) == ["lease"])
  }

  /// Who takes over must not renew what the one before it has counted out.
  @Test func aLockDelayOutlastsTheWriteLease() {
    let policy = Timeline.automatic {
      $0.leaseDuration = .seconds(10)
      $0.leaseMargin = .seconds(1)
    }
    let found = policy.contradictions(in: surroundings { $0.lockDelay = .milliseconds(10_900) })
    #expect(found.map(\.key) == ["lock-delay"])
    #expect(found.first?.remedy == "set lease.etcd.lock-delay to at least 11 s, or shorten failover.fencing.lease")
    #expect(keys(policy, surroundings { $0.lockDelay = .seconds(11) }).isEmpty)
    var proving = FailoverPolicy()
    proving.fencing = .proof
    #expect(keys(proving, surroundings { $0.lockDelay = .zero }).isEmpty)
  }

  @Test func thresholdsLongerThanTheTTLLeavesAreNamed() throws {
    let policy = Timeline.automatic {
      $0.recoveryTime = .seconds(20)
      $0.confirmations = [azure: .seconds(8)]
      $0.countdown = .seconds(5)
    }
    let found = policy.contradictions(in: surroundings())
    #expect(found.map(\.key) == ["recovery-time"])
    #expect(
      found.first?.reason == "a recovery time of 20 s with a TTL of 5 s leaves 15 s until the answers must have "
        + "changed; detection, confirmation, countdown and lease take 17 s")
    #expect(keys(Timeline.automatic { $0.recoveryTime = .seconds(16) }, surroundings()).isEmpty)
    #expect(keys(Timeline.automatic { $0.recoveryTime = .seconds(15) }, surroundings()) == ["recovery-time"])
  }

  @Test func aConfirmationOfNoCloudIsNamed() {
    let policy = Timeline.automatic { $0.confirmations = [CloudID("gcp"): .seconds(1)] }
    #expect(keys(policy, surroundings()) == ["confirmation"])
  }

  @Test func weightIsGivenInProportion() {
    let gcp = CloudID("gcp")
    let three = Weights([(aws, 60), (azure, 30), (gcp, 10)])
    #expect(three.moved(from: aws, to: [azure, gcp]) == Weights([(aws, 0), (azure, 75), (gcp, 25)]))
    #expect(three.moved(from: aws, to: [gcp]) == Weights([(aws, 0), (azure, 30), (gcp, 70)]))
    #expect(three.moved(from: aws, to: []) == nil)
    let idle = Weights([(aws, 255), (azure, 0), (gcp, 0)])
    #expect(idle.moved(from: aws, to: [azure, gcp]) == Weights([(aws, 0), (azure, 127), (gcp, 128)]))
    #expect(Weights([(aws, 200), (azure, 200)]).moved(from: aws, to: [azure]) == Weights([(aws, 0), (azure, 255)]))
    #expect(Weights([(aws, 0), (azure, 0)]).moved(from: aws, to: [azure]) == nil)
  }
}
