import Operations
import PostgresAdapter

/// Forgets, at a link's target, deletes and versions that no change can ask for any more.
///
/// A round begins with the target's time and the end of its log. Once the reverse link has brought the log up to there
/// to the source, the end of the source's log is noted; once this link has come to that, every change still to arrive was
/// made in the knowledge of all that the target had committed when the round began. Comparing times alone would not do: a
/// direction in which nothing is written has no newest commit, and a change may arrive late.
actor Pruning {
  private enum Round: Sendable {
    case none
    /// For the reverse link to have passed the target's position.
    case awaitingReturn(target: LSN, begun: Timestamp)
    /// For this link to have passed the source's position.
    case awaitingArrival(source: LSN, begun: Timestamp)
  }

  struct Pace: Sendable, Equatable {
    /// Between two looks.
    var interval: Duration = .seconds(30)
    /// How much older than the round something must be, besides the bound of the clocks' difference.
    var margin: Duration = .seconds(60)
    /// Between two looks until the first round has ended: before that, nothing that stood when the link was made counts
    /// as known, and a change of it is logged as a conflict that it is none.
    var firstInterval: Duration = .seconds(2)
    /// How many looks may come so soon.
    var firstLooks = 30
  }

  private let settings: LinkSettings
  /// Told before anything is forgotten: what the target committed until then, every change to come knows of.
  private let know: @Sendable (Timestamp) async -> Void
  private var round = Round.none

  /// Heap pages in one transaction; some ten thousand rows.
  private static let pages = 64
  private static let pause: Duration = .milliseconds(50)

  init(settings: LinkSettings, know: @escaping @Sendable (Timestamp) async -> Void) {
    self.settings = settings
    self.know = know
  }

  /// Goes on until cancelled. A look that fails is repeated: nothing waits for it.
  func run(clock: any Clock<Duration> = ContinuousClock()) async throws {
    let pace = settings.pruning
    var soon = pace.firstLooks
    while true {
      try await clock.sleep(for: soon > 0 ? min(pace.interval, pace.firstInterval) : pace.interval)
      soon -= 1
      do {
        try await step()
        if case .none = round { soon = 0 }
      } catch is CancellationError {
        throw CancellationError()
      } catch {}
    }
  }

  /// Looks once how far both directions have come.
  ///
  /// - Returns: how many rows were deleted.
  /// - Throws: ``LinkFailure``; `CancellationError`.
  @discardableResult func step() async throws -> Int {
    let (next, deleted) = try await look(round)
    round = next
    return deleted
  }

  private nonisolated func look(_ round: Round) async throws -> (Round, deleted: Int) {
    try await Sides.with(settings, purpose: "pruning") { sides in
      try await LinkFailure.naming("pruning at \(settings.targetNode)") { try await advance(round, sides) }
    }
  }

  private nonisolated func advance(_ round: Round, _ sides: Sides) async throws -> (Round, deleted: Int) {
    switch round {
    case .none:
      // The time first: what is committed by then is before the position.
      let clock: Int64 = try await sides.target.query(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock", timeout: .seconds(10)
      ).only().get("clock")
      let position = try await AppliedWait.position(sides.target, timeout: .seconds(10))
      let begun = Timestamp(microsecondsSinceEpoch: clock)
      return (.awaitingReturn(target: position, begun: begun), 0)
    case .awaitingReturn(let target, let begun):
      let reverse = settings.reversed.directionName
      guard let passed = try await LinkRecord.read(reverse, on: sides.source)?.position, passed >= target else {
        return (round, 0)
      }
      let position = try await AppliedWait.position(sides.source, timeout: .seconds(10))
      return (.awaitingArrival(source: position, begun: begun), 0)
    case .awaitingArrival(let source, let begun):
      guard let passed = try await LinkRecord.read(settings.directionName, on: sides.target)?.position,
        passed >= source
      else { return (round, 0) }
      let horizon = begun - settings.clockSkewLimit - settings.pruning.margin
      return (.none, try await forget(before: horizon, on: sides.target))
    }
  }

  private nonisolated func forget(before horizon: Timestamp, on target: PostgresConnection) async throws -> Int {
    // Versions lose their origin with the rows; until they are overwritten they count as known.
    let raised = try await target.query(
      """
      UPDATE signalbox.link SET known_at = greatest(known_at, $3::timestamptz)
      WHERE name = $1 AND generation = $2::bigint
      """,
      [
        PostgresValue(settings.directionName), PostgresValue(settings.generation.rawValue),
        PostgresValue(horizon.postgresText),
      ], timeout: .seconds(20))
    guard raised.affectedCount == 1 else { throw ProgressStatement.fenced(settings) }
    await know(horizon)
    return try await delete(from: "applied", "committed_at", before: horizon, on: target)
      + delete(from: "tombstone", "coalesce(deleted_at, '-infinity')", before: horizon, on: target)
  }

  /// - Parameter time: that of the side where it was committed first; the row's own is the target's.
  private nonisolated func delete(
    from table: String, _ time: String, before horizon: Timestamp, on target: PostgresConnection
  ) async throws -> Int {
    let pages: Int = try await target.query(
      "SELECT pg_relation_size('signalbox.\(table)') / current_setting('block_size')::int AS pages",
      timeout: .seconds(10)
    ).only().get("pages")
    // Older servers read the whole table for a range of it.
    let step = target.serverVersionNumber >= 140000 ? Self.pages : max(pages, 1)
    var deleted = 0
    for first in stride(from: 0, to: pages, by: step) {
      try Task.checkCancellation()
      let count = try await target.query(
        """
        DELETE FROM signalbox.\(table) WHERE ctid >= '(\(first),0)'::tid AND ctid < '(\(first + step),0)'::tid
          AND \(time) < $1::timestamptz AND coalesce(pg_xact_commit_timestamp(xmin), '-infinity') < $1::timestamptz
        """, [PostgresValue(horizon.postgresText)], timeout: .seconds(60)
      ).affectedCount
      deleted += count
      if count > 0 { try await Task.sleep(for: Self.pause) }
    }
    return deleted
  }
}
