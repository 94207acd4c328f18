import Lab
import Testing

@testable import Drill

@Suite struct UserServiceTests {
  private func visit(_ user: Int, _ sent: Double, _ ended: Double, fails: Bool = false) -> VisitRecord {
    VisitRecord(
      user: user, kind: .read, cloud: "aws", sentSeconds: sent, endedSeconds: ended, failure: fails ? "no" : nil)
  }

  @Test func aUserIsUnservedFromItsFailureUntilItsNextAnswer() {
    let service = UserService(
      [visit(1, 1, 1.1), visit(1, 2, 2.5, fails: true), visit(1, 3, 3.1, fails: true), visit(1, 4, 4.2)], users: 100,
      endSeconds: 20)
    #expect(service.steps == [.init(atSeconds: 2, unserved: 1), .init(atSeconds: 4.2, unserved: 0)])
  }

  @Test func anAnswerThatNobodyWouldWaitForCountsFromItsQuestion() {
    let service = UserService([visit(1, 1, 1.9), visit(1, 3, 6)], users: 100, endSeconds: 20)
    #expect(service.steps == [.init(atSeconds: 3, unserved: 1), .init(atSeconds: 6, unserved: 0)])
  }

  @Test func whoNeverGetsAnAnswerStaysUnserved() {
    let service = UserService([visit(1, 2, 3, fails: true)], users: 10, endSeconds: 20)
    #expect(service.unserved(at: 1.9) == 0)
    #expect(service.unserved(at: 19) == 1)
    #expect(service.recovered(from: 1) == nil)
  }

  @Test func oneInAHundredMayBeUnserved() {
    let one = UserService([visit(1, 2, 3, fails: true)], users: 100, endSeconds: 20)
    #expect(one.recovered(from: 2) == 2)
    let two = UserService([visit(1, 2, 3, fails: true), visit(2, 2, 3, fails: true)], users: 100, endSeconds: 20)
    #expect(two.recovered(from: 2) == nil)
    let few = UserService([visit(1, 2, 3, fails: true)], users: 99, endSeconds: 20)
    #expect(few.recovered(from: 2) == nil)
  }

  @Test func whereOnlyReadsCountAnyAnswerEndsIt() {
    var write = visit(2, 2, 2.1, fails: true)
    write.kind = .write
    var answered = visit(1, 4, 4.1)
    answered.kind = .write
    let service = UserService([write, visit(1, 3, 3.1, fails: true), answered], users: 2, endSeconds: 20) {
      $0.kind == .read
    }
    #expect(service.steps == [.init(atSeconds: 3, unserved: 1), .init(atSeconds: 4.1, unserved: 0)])
  }

  @Test func aLullShorterThanTheWindowIsNoRecovery() {
    let visits = [
      visit(1, 2, 2.1, fails: true), visit(1, 3, 3.1), visit(1, 7, 7.1, fails: true), visit(1, 9, 9.25),
    ]
    #expect(UserService(visits, users: 1, endSeconds: 20).recovered(from: 2) == 9.25)
    // The lull from 3.1 to 7 is shorter than five seconds; one that is longer counts.
    let later = visits.map { visit in
      var visit = visit
      if visit.sentSeconds > 6 {
        visit.sentSeconds += 2
        visit.endedSeconds += 2
      }
      return visit
    }
    #expect(UserService(later, users: 1, endSeconds: 20).recovered(from: 2) == 3.1)
  }

  @Test func theFirstMomentAfterAFaultIsNoRecoveryThoughNobodyHasNoticedYet() {
    // The users fail only when they next ask, half a second later.
    let visits = [visit(1, 2.5, 2.6, fails: true), visit(1, 8, 8.1)]
    #expect(UserService(visits, users: 1, endSeconds: 20).recovered(from: 2) == 8.1)
  }

  @Test func aRecoveryTooNearTheEndIsNone() {
    let visits = [visit(1, 2, 2.1, fails: true), visit(1, 8, 8.1)]
    #expect(UserService(visits, users: 1, endSeconds: 13.2).recovered(from: 2) == 8.1)
    #expect(UserService(visits, users: 1, endSeconds: 13).recovered(from: 2) == nil)
  }

  @Test func theWorstOfEachSecondIsKept() {
    let visits = [
      visit(1, 1.2, 1.3, fails: true), visit(1, 1.5, 1.6), visit(2, 2.5, 2.6, fails: true), visit(2, 4.5, 4.6),
    ]
    #expect(UserService(visits, users: 2, endSeconds: 6).worstPerSecond() == [0, 1, 1, 1, 1, 0])
  }

  /// Checked against a slow count at many instants, for many random runs.
  @Test(arguments: 0..<40) func agreesWithASlowCount(seed: Int) {
    var random = SplitMix(state: UInt64(seed))
    var visits: [VisitRecord] = []
    for user in 0..<8 {
      var at = Double.random(in: 0...2, using: &random)
      while at < 30 {
        let took = Double.random(in: 0.01...3, using: &random)
        visits.append(visit(user, at, at + took, fails: Bool.random(using: &random)))
        at += took + Double.random(in: 0.01...1, using: &random)
      }
    }
    let service = UserService(visits, users: 8, endSeconds: 40)
    for instant in stride(from: 0.05, to: 40, by: 0.37) {
      let slow = (0..<8).count { user in
        let own = visits.filter { $0.user == user }
        // Unserved: a bad request was sent by now, and no answer has come since then.
        return own.contains { bad in
          guard bad.failure != nil || bad.tookSeconds > 2, bad.sentSeconds <= instant else { return false }
          return !own.contains {
            $0.failure == nil && $0.endedSeconds <= instant && $0.endedSeconds >= bad.endedSeconds
          }
        }
      }
      #expect(service.unserved(at: instant) == slow, "at \(instant)")
    }
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
