import Operations
import Testing

@testable import Console

/// Nothing is well while a link is behind, incomplete or not heard of.
@Suite struct LinkSituationTests {
  private func findings(_ link: ReplicationLinkSnapshot) -> [Situation.Finding] {
    Situation(ModelFixture.model(ReplicationFixture.snapshot(link))).findings
  }

  @Test func aLinkInStepIsWell() {
    #expect(findings(ReplicationFixture.streaming).map(\.headline) == ["ALL WELL"])
  }

  @Test func oneThatIsBehindSaysByHowMuch() throws {
    var link = ReplicationFixture.catchingUp
    link.lag?.value.appliedSeconds = 3 * 3600
    let finding = try #require(findings(link).first)
    #expect(finding.headline == "aws → azure BEHIND 3 h")
    #expect(finding.health == .degraded)
  }

  @Test func oneThatCopiesSaysSo() throws {
    let finding = try #require(findings(ReplicationFixture.baseline).first)
    #expect(finding.headline == "aws → azure COPYING")
    #expect(finding.detail == "azure has 4 of 10 tables · 46 s left")
  }

  @Test func whatWasNotHeardOfIsUnknown() throws {
    var link = ReplicationFixture.streaming
    link.lag?.observedAt = SnapshotFixture.ago(40)
    #expect(findings(link).map(\.headline) == ["aws → azure LAG UNKNOWN"])
    link.state = .catchingUp
    link.lag = nil
    let finding = try #require(findings(link).first)
    #expect(finding.headline == "aws → azure LAG UNKNOWN")
    #expect(finding.health == .unknown)
    link.state = .preparing
    #expect(findings(link).map(\.health) == [.unknown])
  }

  @Test func aPassOfSnapshotsTellsNoLagMeanwhile() {
    var link = ReplicationFixture.streaming
    link.mode = .snapshot
    link.lag?.observedAt = SnapshotFixture.ago(40)
    link.baseline = ReplicationFixture.baseline.baseline
    #expect(findings(link).map(\.headline) == ["ALL WELL"])
  }

  @Test func tablesThatAreLeftOutMakeItIncomplete() throws {
    var link = ReplicationFixture.streaming
    link.tables[9].state = .refused
    #expect(findings(link).map(\.headline) == ["aws → azure INCOMPLETE"])
    let finding = try #require(findings(ReplicationFixture.parked).first)
    #expect(finding.detail == "public.customer parked · public.session refused")
  }
}
