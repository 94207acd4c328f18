import Operations
import Testing

@testable import ProbingEngine

@Suite struct WindowTests {
  @Test func percentilesAreOfTheWindowAlone() throws {
    var window = LatencyWindow(.seconds(60))
    var now = Facts.start
    #expect(window.summary(at: now) == nil)
    for millisecond in 1...100 { window.record(milliseconds: Double(millisecond), at: now) }
    let first = window.summary(at: now)
    let summary = try #require(first)
    #expect(summary.count == 100)
    // Two significant digits.
    #expect(abs(summary.p50Milliseconds - 50) <= 1)
    #expect(abs(summary.p99Milliseconds - 99) <= 1)
    now = now + .seconds(45)
    window.record(milliseconds: 900, at: now)
    #expect(window.summary(at: now)?.count == 101)
    now = now + .seconds(30)
    #expect(window.summary(at: now)?.count == 1)
    now = now + .seconds(60)
    #expect(window.summary(at: now) == nil)
  }

  @Test func extremesAndClocksSetBackAreTaken() {
    var window = LatencyWindow(.seconds(60))
    for value in [0, -1, 1e12, 0.0001] { window.record(milliseconds: value, at: Facts.start) }
    window.record(milliseconds: 5, at: Facts.start - .seconds(3600))
    #expect(window.summary(at: Facts.start - .seconds(10))?.count == 5)
  }

  @Test func historyHasACellForEverySecond() {
    var ring = SecondRing(length: 5, empty: 0)
    ring.update(at: Facts.start) { $0 += 1 }
    ring.update(at: Facts.start + .milliseconds(900)) { $0 += 1 }
    ring.update(at: Facts.start + .seconds(3)) { $0 += 7 }
    #expect(ring.values(at: Facts.start + .seconds(4)) == [2, 0, 0, 7, 0])
    #expect(ring.values(at: Facts.start + .seconds(6)) == [0, 7, 0, 0, 0])
    #expect(ring.values(at: Facts.start + .seconds(6000)) == [0, 0, 0, 0, 0])
  }
}
