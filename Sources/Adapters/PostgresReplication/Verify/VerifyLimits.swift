/// Bounds of a comparison: on time, on memory and on the load that it puts on the databases.
struct VerifyLimits: Sendable, Equatable {
  /// Sessions at each side that scan at once.
  var sessions = 2
  /// Pages of a table that one statement reads; 4096 of them are 32 MiB.
  var chunkPages = 4096
  /// After each statement of a scan its session rests for this share of the time that the statement took.
  var restShare = 0.1
  /// For any one statement that reads no more than a chunk.
  var statementTimeout = Duration.seconds(120)
  var connectTimeout = Duration.seconds(10)
  /// A snapshot keeps the server from cleaning up dead rows; an older one is given up for a new one.
  var snapshotAge = Duration.seconds(300)
  /// How long the target's snapshot waits for what the source's already has. Only a convenience: what is missing is
  /// sorted out among the candidates.
  var alignmentWait = Duration.seconds(3)
  /// How long the link may take to apply what the source had written when it was looked at.
  var applyWait = Duration.seconds(60)
  var pollInterval = Duration.milliseconds(20)
  /// Looks at a row that differs, at most. One that changes between all of them is held still.
  var looks = 8
  /// Such rows of a batch that are held, one after the other; the others stay undecided.
  var heldRows = 200
  /// Rows aimed at for a bucket of the first scan.
  var bucketRows = 256
  /// Buckets of the first scan at most.
  var buckets = 4096
  /// Into so many each differing bucket is divided, where they hold more rows than are fetched at once.
  var subdivision = 64
  /// Rows of differing buckets that are held in memory at once, by their hashes and keys.
  var fetchedRows = 100_000
  /// Keys in one statement.
  var lookupKeys = 200
  /// How long rows of the source may be locked.
  var lockWait = Duration.seconds(3)

  /// For a statement that reads as many pages, where they cannot be read in chunks.
  func statementTimeout(pages: Int) -> Duration { statementTimeout * max(1, pages / max(1, chunkPages)) }
}
