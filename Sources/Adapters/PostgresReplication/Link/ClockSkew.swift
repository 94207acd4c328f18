import Operations
import PostgresAdapter

/// How far the target's clock is from the source's.
struct ClockSkew: Sendable, Equatable {
  /// Positive when the target's is ahead.
  var seconds: Double
  /// Half of the two shortest round trips together: nothing tells where in them the clocks were read.
  var uncertainty: Double

  private static let rounds = 5

  /// - Throws: ``PostgresError``.
  static func measure(_ sides: Sides) async throws -> ClockSkew {
    let source = try await offset(sides.source)
    let target = try await offset(sides.target)
    return ClockSkew(seconds: target.seconds - source.seconds, uncertainty: target.uncertainty + source.uncertainty)
  }

  /// A database's clock less this machine's, from the quickest of several answers.
  private static func offset(_ connection: PostgresConnection) async throws -> (seconds: Double, uncertainty: Double) {
    var best: (seconds: Double, uncertainty: Double)?
    for _ in 0..<rounds {
      let asked = SystemClock.now
      let row = try await connection.query(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock", timeout: .seconds(10),
        preparing: true
      ).only()
      let answered = SystemClock.now
      let half = (answered - asked).inSeconds / 2
      let middle = asked + (answered - asked) / 2
      let clock = Timestamp(microsecondsSinceEpoch: try row.get("clock"))
      if best.map({ half < $0.uncertainty }) ?? true { best = ((clock - middle).inSeconds, half) }
    }
    return best ?? (0, 0)
  }
}
