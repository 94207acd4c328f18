import Operations
import Testing

@testable import FailoverEngine

/// What would be lost, and how honest the bound is about what nobody has measured.
@Suite struct LossEstimatorTests {
  private let aws = Timeline.aws
  private let azure = Timeline.azure
  private let start = Timeline.start

  private func link(
    at second: Double, behind bytes: UInt64, seconds: Double, applied: UInt64? = nil, rows: Int = 0
  ) -> ReplicationLinkSnapshot {
    var link = ReplicationLinkSnapshot(
      id: LinkID("aws-azure"), mode: .stream, source: aws, target: azure, state: .streaming, since: start)
    link.lag = Observation(
      .init(receivedBytes: 0, appliedBytes: bytes, receivedSeconds: 0, appliedSeconds: seconds), source: "link",
      observedAt: at(second), staleAfter: .seconds(15))
    link.appliedPosition = applied.map(LSN.init)
    link.tables = [ReplicatedTable(name: "public.tasks", state: .streaming, rowsApplied: rows)]
    return link
  }

  private func at(_ second: Double) -> Timestamp { start + .milliseconds(Int64(second * 1000)) }

  @Test func whatWasNotMeasuredIsNotKnown() {
    #expect(LinkRecord().loss(until: start) == nil)
  }

  @Test func whatWasWrittenUnseenCountsInFull() {
    var record = LinkRecord()
    record.took(link(at: 10, behind: 400, seconds: 0.5), heartbeat: nil)
    #expect(record.loss(until: at(10))?.estimate == LossEstimate(seconds: 0.5, bytes: 400, rows: nil))
    #expect(record.loss(until: at(14))?.estimate.seconds == 4.5)
    // A stop before the measure adds nothing, and takes nothing away.
    #expect(record.loss(until: at(3))?.estimate.seconds == 0.5)
  }

  @Test func bytesGrowByTheHighestRateAndRowsByTheirMeanSize() {
    var record = LinkRecord()
    record.took(link(at: 1, behind: 0, seconds: 0, applied: 10_000, rows: 100), heartbeat: nil)
    record.took(link(at: 2, behind: 0, seconds: 0, applied: 14_000, rows: 140), heartbeat: nil)
    record.took(link(at: 3, behind: 500, seconds: 1, applied: 14_500, rows: 145), heartbeat: nil)
    // 4,000 bytes a second at most, 100 bytes a row.
    #expect(record.loss(until: at(5))?.estimate == LossEstimate(seconds: 3, bytes: 8500, rows: 85))
  }

  @Test func anotherLogIsNotComparedWithTheOneBefore() {
    var record = LinkRecord()
    record.took(link(at: 1, behind: 0, seconds: 0, applied: 1_000_000, rows: 100), heartbeat: nil)
    record.took(link(at: 2, behind: 0, seconds: 0, applied: 500, rows: 3), heartbeat: nil)
    #expect(record.loss(until: at(4))?.estimate == LossEstimate(seconds: 2, bytes: 0, rows: nil))
  }

  @Test func ofTwoMeasuresTheWorseIsBelieved() {
    var carried = link(at: 10, behind: 0, seconds: 0)
    carried.tables.append(ReplicatedTable(name: "signalbox.heartbeat", state: .streaming))
    func beat(_ seconds: Double?) -> Observation<ReplicationLag> {
      Observation(
        ReplicationLag(lagBytes: 7, lagSeconds: seconds, streaming: true), source: "heartbeat", observedAt: at(10),
        staleAfter: .seconds(4))
    }
    var record = LinkRecord()
    record.took(carried, heartbeat: beat(6))
    #expect(record.loss(until: at(10))?.estimate.seconds == 8)
    #expect(record.loss(until: at(10))?.source == "heartbeat")
    // One that has no figure does not forget the one before.
    record.took(carried, heartbeat: beat(nil))
    #expect(record.loss(until: at(11))?.estimate.seconds == 9)
    // Where the link does not carry it, it is the link's own figure in other clothes.
    var plain = LinkRecord()
    plain.took(link(at: 10, behind: 0, seconds: 1), heartbeat: beat(6))
    #expect(plain.loss(until: at(10))?.estimate.seconds == 1)
    // PostgreSQL's own subscription has nothing else.
    var native = link(at: 10, behind: 0, seconds: 0)
    native.lag = nil
    var other = LinkRecord()
    other.took(native, heartbeat: beat(3))
    #expect(other.loss(until: at(10))?.estimate == LossEstimate(seconds: 5, bytes: 7, rows: nil))
  }

  @Test func aTableThatTheTargetDoesNotHaveBoundsNothing() {
    var parked = link(at: 1, behind: 0, seconds: 0)
    parked.tables[0].state = .parked
    parked.tables[0].reason = "column note is missing"
    var record = LinkRecord()
    record.took(parked, heartbeat: nil)
    #expect(
      record.loss(until: at(1))?.obstacle == "azure does not have all of public.tasks: column note is missing")
    var copying = link(at: 1, behind: 0, seconds: 0)
    copying.state = .baseline
    record.took(copying, heartbeat: nil)
    #expect(record.loss(until: at(1))?.obstacle == "azure is still being copied")
  }

  @Test func aLossAboveTheRPOHoldsAndSaysSo() {
    var timeline = Timeline()
    timeline.lagSeconds = 40
    #expect(timeline.run(aws: "++xxx", azure: "+++++") == "--ppp")
    #expect(timeline.unmet == ["loss-within-rpo"])
    // Measured in second 2, 40 s behind; the lease of 3 s and its margin of 1 s end in second 6.
    #expect(
      timeline.condition("loss-within-rpo")?.detail == "at most 44 s of writes, 30 s allowed, by link aws-azure")
    #expect(timeline.machine.view(at: timeline.now).loss?.value.seconds == 44)
  }

  @Test func withoutALeaseWhatMayBeWrittenGrows() {
    var timeline = Timeline(Timeline.automatic { $0.fencing = .proof })
    _ = timeline.run(aws: "++xxx", azure: "+++++")
    #expect(timeline.machine.view(at: timeline.now).loss?.value.seconds == 3.2)
    _ = timeline.run(aws: "xxx", azure: "+++")
    #expect(timeline.machine.view(at: timeline.now).loss?.value.seconds == 6.2)
  }

  @Test func aMeasureThatWasOldWhenThePrimaryDiedIsStale() {
    var timeline = Timeline(
      Timeline.automatic {
        $0.rpo = .seconds(1000)
        $0.lossFreshness = .seconds(5)
      })
    _ = timeline.run(aws: "++", azure: "++")
    // The link is broken for a while, and tells nothing new, before the primary is lost.
    timeline.link?.source = CloudID("nowhere")
    #expect(timeline.run(aws: "++++++++xxx", azure: "+++++++++++") == "--------ppp")
    #expect(timeline.unmet == ["loss-within-rpo"])
    #expect(timeline.condition("loss-within-rpo")?.detail.hasSuffix("too old when aws was last seen") == true)
  }

  /// Nothing newer can be measured of the dead; waiting for a person does not make the measure stale.
  @Test func aMeasureDoesNotAgeWithTheDead() {
    var timeline = Timeline(Timeline.automatic { $0.countdown = .seconds(40) })
    let long = String(repeating: "x", count: 40)
    #expect(timeline.run(aws: "++" + long + "x", azure: String(repeating: "+", count: 43)).last == "A")
  }

  @Test func noLinkIsNoMeasure() {
    var timeline = Timeline()
    timeline.link = nil
    #expect(timeline.run(aws: "++xx", azure: "++++") == "--pp")
    #expect(timeline.condition("loss-within-rpo")?.detail == "what azure lacks of aws was never measured")
  }
}
