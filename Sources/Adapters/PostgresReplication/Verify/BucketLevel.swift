import PostgresAdapter

/// How finely a scan tells rows apart: bucket = hash of the key modulo `modulus`. Each level divides the buckets of the
/// one before, so that a few differing rows among very many are closed in on without holding many buckets in memory.
struct BucketLevel: Sendable, Equatable {
  var modulus: Int
  /// Only buckets of the level before that differ; nil for all rows.
  var parent: Buckets?

  /// Buckets of one level.
  struct Buckets: Sendable, Equatable {
    var modulus: Int
    var members: [Int]

    /// As `get_bit` reads it: the lowest bit of each byte first.
    var bitmap: PostgresValue {
      var bytes = [UInt8](repeating: 0, count: modulus / 8 + 1)
      for member in members { bytes[member / 8] |= 1 << UInt8(member % 8) }
      return PostgresValue(bytes: bytes)
    }
  }

  static func first(rows: Int, limits: VerifyLimits) -> BucketLevel {
    BucketLevel(modulus: max(1, min(limits.buckets, rows / limits.bucketRows)), parent: nil)
  }

  /// What follows a scan at this level: a finer one, or batches of buckets whose rows are looked at one by one.
  func next(_ differing: [(bucket: Int, rows: Int)], limits: VerifyLimits) -> (finer: BucketLevel?, batches: [Buckets])
  {
    let rows = differing.reduce(0) { $0 + $1.rows }
    let (finest, overflow) = modulus.multipliedReportingOverflow(by: limits.subdivision)
    let isWorthIt = rows > limits.fetchedRows && rows / max(1, differing.count) > limits.subdivision
    // A bitmap of two million buckets is 256 KiB.
    if isWorthIt, !overflow, finest <= 1 << 21 {
      return (BucketLevel(modulus: finest, parent: Buckets(modulus: modulus, members: differing.map(\.bucket))), [])
    }
    var batches: [Buckets] = []
    var room = 0
    for (bucket, rows) in differing {
      if batches.isEmpty || rows > room {
        batches.append(Buckets(modulus: modulus, members: []))
        room = limits.fetchedRows
      }
      batches[batches.count - 1].members.append(bucket)
      room -= rows
    }
    return (nil, batches)
  }
}
