import Operations
import Testing

@testable import Host

@Suite struct WindowTests {
  private let aws = CloudID("aws")
  private let azure = CloudID("azure")
  private let start = Timestamp(secondsSinceEpoch: 1_700_000_000)

  @Test func trafficSharesComeFromTheCountersOfTheWindow() {
    var window = TrafficWindow(width: .seconds(10))
    for second in 0...30 {
      // All goes to aws at first; from second 15 on, three quarters to azure.
      let late = UInt64(max(0, second - 15))
      window.add(UInt64(second) * 100 - late * 75, for: aws, at: start + .seconds(second))
      window.add(late * 75, for: azure, at: start + .seconds(second))
    }
    #expect(window.shares(of: [aws, azure])?.map(\.share) == [0.25, 0.75])
    #expect(window.rate(of: azure) == 75)
  }

  @Test func aCounterThatStartsAgainIsNoNegativeTraffic() {
    var window = TrafficWindow(width: .seconds(10))
    window.add(1_000_000, for: aws, at: start)
    window.add(10, for: aws, at: start + .seconds(1))
    #expect(window.rate(of: aws) == nil)
    window.add(30, for: aws, at: start + .seconds(2))
    #expect(window.rate(of: aws) == 20)
  }

  @Test func noTrafficHasNoShares() {
    var window = TrafficWindow(width: .seconds(10))
    window.add(5, for: aws, at: start)
    window.add(5, for: aws, at: start + .seconds(1))
    #expect(window.shares(of: [aws, azure]) == nil)
    // A cloud that nobody comes to is empty; one that is not measured may be full.
    #expect(window.residues(of: [aws, azure]) == [CloudShare(cloud: aws, share: 0)])
    window.forget(aws)
    #expect(window.residues(of: [aws, azure]) == nil)
  }

  @Test func answersUnderOldWeightsAreForgotten() {
    var window = AnswerWindow(rounds: 10)
    window.restart(for: Weights([(aws, 50), (azure, 50)]))
    for _ in 0..<5 { window.add(AnswerSample(countByCloud: [aws: 10, azure: 10], foreignCount: 0, servers: [])) }
    #expect(window.summary(clouds: [aws, azure])?.agrees == true)
    window.restart(for: Weights([(aws, 100), (azure, 0)]))
    #expect(window.summary(clouds: [aws, azure]) == nil)
    for _ in 0..<5 { window.add(AnswerSample(countByCloud: [aws: 10, azure: 10], foreignCount: 0, servers: [])) }
    #expect(window.summary(clouds: [aws, azure])?.agrees == false)
  }

  @Test func aForeignAddressNeverAgrees() {
    var window = AnswerWindow(rounds: 10)
    window.restart(for: Weights([(aws, 100)]))
    window.add(AnswerSample(countByCloud: [aws: 100], foreignCount: 1, servers: []))
    #expect(window.summary(clouds: [aws])?.agrees == false)
  }
}

@Suite struct LagTrackerTests {
  private let start = Timestamp(secondsSinceEpoch: 1_700_000_000)

  private func tracker(beats: Int) -> LagTracker {
    var tracker = LagTracker()
    for second in 0..<beats { tracker.primaryHolds(start + .seconds(second)) }
    return tracker
  }

  @Test func allArrivedIsNoLag() {
    #expect(tracker(beats: 10).lagSeconds(arrived: start + .seconds(9), primaryClock: start + .milliseconds(9700)) == 0)
  }

  @Test func theOldestMissingHeartbeatIsTheLag() {
    let lag = tracker(beats: 10).lagSeconds(arrived: start + .seconds(4), primaryClock: start + .seconds(10))
    #expect(lag == 5)
  }

  @Test func aSecondaryThatHasNoneIsBehindAllOfThem() {
    #expect(tracker(beats: 3).lagSeconds(arrived: nil, primaryClock: start + .seconds(3)) == 3)
  }

  @Test func nothingIsSaidWithoutAHeartbeatAtThePrimary() {
    #expect(LagTracker().lagSeconds(arrived: start, primaryClock: start) == nil)
  }
}
