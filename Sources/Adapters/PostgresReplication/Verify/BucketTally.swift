import PostgresAdapter
import Synchronization

/// What the source has more than the target, by bucket: where both are equal, nothing.
final class BucketTally: Sendable {
  struct Delta: Sendable, Equatable {
    var count = 0
    var first: Int128 = 0
    var second: Int128 = 0
    /// Of both sides.
    var rows = 0

    var isZero: Bool { count == 0 && first == 0 && second == 0 }
  }

  struct Counts: Sendable, Equatable {
    var source = 0
    var target = 0
  }

  private let state = Mutex<(deltas: [Int: Delta], counts: Counts)>(([:], Counts()))

  /// - Throws: ``PostgresError``.
  func add(_ result: PostgresResult, from side: Side) throws {
    // Read outside the lock, in which the other session may be waiting.
    let parts = try result.map { row in
      (
        bucket: try row.get("bucket", as: Int.self), n: try row.get("n", as: Int.self),
        first: try row.get("s1", as: Int128.self), second: try row.get("s2", as: Int128.self)
      )
    }
    state.withLock { state in
      for part in parts { state.deltas[part.bucket, default: Delta()].add(part.n, part.first, part.second, side) }
      let n = parts.reduce(0) { $0 + $1.n }
      if side == .source { state.counts.source += n } else { state.counts.target += n }
    }
  }

  var counts: Counts { state.withLock { $0.counts } }

  /// Buckets that are not the same on both sides, with the rows of both in them.
  var differing: [(bucket: Int, rows: Int)] {
    state.withLock { $0.deltas.filter { !$0.value.isZero }.map { ($0.key, $0.value.rows) } }.sorted { $0.0 < $1.0 }
  }
}

extension BucketTally.Delta {
  mutating func add(_ n: Int, _ first: Int128, _ second: Int128, _ side: Side) {
    let sign = side == .source ? 1 : -1
    count += sign * n
    self.first &+= Int128(sign) * first
    self.second &+= Int128(sign) * second
    rows += n
  }
}

/// One of the two databases of a link.
enum Side: String, Sendable { case source, target }
