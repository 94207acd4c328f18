import Operations
import Testing

@testable import PostgresReplication

/// A backlog of many small transactions, of one large one, and of log that is nobody's business.
@Suite struct BacklogPortionsTests {
  private let limits = BacklogLimits(messages: 100, portion: 10_000)

  private func portions(from begin: UInt64 = 1000, to end: UInt64) -> BacklogPortions {
    BacklogPortions(limits: limits, from: LSN(begin), to: LSN(end))
  }

  /// What is asked for when each message takes so many bytes of log.
  private func asked(_ portions: BacklogPortions, bytesPerMessage: UInt64) -> [Int] {
    var (portions, counts): (BacklogPortions, [Int]) = (portions, [])
    while let next = portions.next, counts.count < 1000 {
      let fitting = Int(next.limit.bytes(since: portions.position) / bytesPerMessage)
      let count = min(fitting, next.messages)
      counts.append(count)
      portions.took(
        next, count: count, received: LSN(portions.position.rawValue + UInt64(count) * bytesPerMessage))
    }
    return counts
  }

  @Test func smallTransactionsComeInPortionsThatGrowAndBecomeSmallAgain() {
    let counts = asked(portions(to: 1000 + 30_000), bytesPerMessage: 10)
    #expect(counts.reduce(0, +) == 3000, "\(counts)")
    #expect(counts.first == 100 && counts.suffix(1).allSatisfy { $0 <= 300 }, "\(counts)")
    #expect(counts.contains { $0 > 500 })
    #expect(counts.count < 10)
  }

  @Test func noneHasMoreLogThanIsAllowed() {
    var portions = portions(to: 101_000)
    while let next = portions.next {
      #expect(next.limit.bytes(since: portions.position) <= 10_000)
      portions.took(next, count: 1, received: next.limit)
    }
  }

  /// Each that brings nothing is read again with the next.
  @Test func oneLargeTransactionIsNotReadOverAndOver() {
    var portions = portions(to: 1_001_000)
    var questions = 0
    while let next = portions.next {
      questions += 1
      let isLast = next.limit == LSN(1_001_000)
      portions.took(next, count: isLast ? 50_000 : 0, received: isLast ? next.limit : LSN(1000))
    }
    #expect(questions == 7)
  }

  @Test func whereEnoughCameTheNextBeginsBehindIt() throws {
    var portions = portions(to: 9000)
    let first = try #require(portions.next)
    #expect(first == .init(messages: 100, limit: LSN(9000)))
    portions.took(first, count: 120, received: LSN(2200))
    #expect(portions.position == LSN(2200))
    let second = try #require(portions.next)
    portions.took(second, count: 3, received: LSN(2300))
    #expect(portions.position == LSN(9000) && portions.next == nil)
  }

  /// The transaction that is committed exactly at the end may come as well.
  @Test func whatComesBeyondTheEndIsNotAskedForAgain() throws {
    var portions = portions(to: 9000)
    portions.took(try #require(portions.next), count: 10, received: LSN(9050))
    #expect(portions.position == LSN(9050) && portions.next == nil)
  }
}
