import FailoverEngine
import Operations
import Testing

@testable import Host

/// What of failover a host offers, what it would cost, and what holds it.
@Suite struct FailoverLeverTests {
  private static let aws = FailoverWorld.aws
  private static let azure = FailoverWorld.azure

  private func levers(_ change: (inout Snapshot) -> Void = { _ in }) -> [LeverSnapshot] {
    var snapshot = FailoverWorld.snapshot()
    change(&snapshot)
    snapshot.addFailoverLevers(FailoverPlanner(settings: FailoverPlanSettings(headroom: 0, minimumInterval: .zero)))
    return snapshot.levers
  }

  private func lever(_ kind: LeverSnapshot.Kind, _ levers: [LeverSnapshot]) -> LeverSnapshot? {
    levers.first { $0.kind == kind }
  }

  /// azure took over from aws, which is back and fenced.
  private static func failOver(_ snapshot: inout Snapshot, leaving link: ReplicationLinkSnapshot) {
    snapshot.primary = azure
    snapshot.clouds[0].database?.value.role = .secondary
    snapshot.clouds[0].database?.value.writable = false
    snapshot.clouds[1].database?.value.role = .primary
    snapshot.clouds[1].database?.value.writable = true
    snapshot.failover?.roles = [FailoverWorld.role(aws, .fenced), FailoverWorld.role(azure, .primary)]
    snapshot.replication = [link]
    snapshot.operations = [FailoverWorld.ended(.failover(to: azure), took: 4)]
  }

  @Test func inTheUsualStateThereIsNothingToPutBack() {
    let kinds = levers().map(\.kind)
    #expect(kinds == [.failover, .switchover, .evacuate, .evacuate])
  }

  @Test func anOldPrimaryThatIsBackIsOfferedToBeTakenIn() throws {
    let levers = levers { Self.failOver(&$0, leaving: FailoverWorld.link(from: Self.aws, to: Self.azure, .paused)) }
    let rejoin = try #require(lever(.rejoin, levers))
    #expect(rejoin.title == "take aws in again")
    #expect(rejoin.cost != nil || !rejoin.holds.isEmpty)
    // Nothing can go back before it is in again; that is said, rather than the lever left out.
    let failback = try #require(lever(.failback, levers))
    #expect(failback.title == "fail back to aws" && failback.cost == nil)
    #expect(failback.holds.map(\.name.rawValue) == ["no-plan"])
    #expect(failback.holds.first?.hold?.reason.contains("aws does not follow it") == true)
    #expect(failback.holds.first?.hold?.remedy == "take aws in again first: signalbox rejoin aws")
  }

  @Test func oneThatDoesNotAnswerCannotBeTakenIn() throws {
    let levers = levers { snapshot in
      snapshot.primary = Self.azure
      snapshot.clouds[0].database = nil
      snapshot.clouds[1].database?.value.role = .primary
      snapshot.clouds[1].database?.value.writable = true
      snapshot.failover?.roles = [
        FailoverWorld.role(Self.aws, .primary, ago: .seconds(60)), FailoverWorld.role(Self.azure, .primary),
      ]
      snapshot.replication = [FailoverWorld.link(from: Self.aws, to: Self.azure, .paused)]
    }
    let rejoin = try #require(lever(.rejoin, levers))
    #expect(rejoin.cost == nil)
    #expect(rejoin.holds.first?.hold?.reason.contains("does not answer") == true, "\(rejoin.holds)")
    #expect(rejoin.holds.first?.hold?.remedy.hasPrefix("bring it back first") == true)
  }

  @Test func afterARejoinTheWayBackHasItsCost() throws {
    let levers = levers { Self.failOver(&$0, leaving: FailoverWorld.link(from: Self.azure, to: Self.aws, .streaming)) }
    #expect(lever(.rejoin, levers) == nil)
    let failback = try #require(lever(.failback, levers))
    #expect(failback.holds.allSatisfy { $0.name.rawValue != "no-plan" }, "\(failback.holds)")
    #expect(failback.cost?.contains("nothing lost") == true || !failback.holds.isEmpty)
  }
}
