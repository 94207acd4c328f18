public import Operations
import PostgresAdapter

/// One direction of replication between two PostgreSQL databases.
///
/// It reaches both from where it runs, so they need not reach each other; it needs neither a superuser nor an
/// extension.
public actor PostgresLink {
  public nonisolated let settings: LinkSettings
  /// The last stream ended because a large transaction could not be merged.
  private var appliesInOrder = false
  /// Where transactions have ended streams because a unique index refused them, and how often in a row.
  private var collision: (position: LSN, times: Int)?
  /// The source broke off in the middle of the backlog: from then on everything is streamed.
  private var streamsBacklog = false
  /// What the source held when the slot was made, until the baseline takes it or has no use for it.
  private var snapshot: ExportedSnapshot?
  /// Streams in a row that have ended because the source sent nothing.
  private var silences = 0
  /// Sessions that the preparation has left for the stream, until that takes them.
  private var sides: Sides?
  /// A stream has begun since the link was last found ready: whether the role may still replicate is no longer taken
  /// for granted.
  private(set) var hasEnded = false
  /// How far the stream that runs has come; nil while none runs.
  private(set) var streamedPosition: LSN?

  static let connectTimeout: Duration = .seconds(10)
  private static let idleEvery: Duration = .seconds(3)

  public init(settings: LinkSettings) { self.settings = settings }

  /// A session at the source or the target.
  func connect(_ side: PostgresSettings, _ purpose: String) async throws -> PostgresConnection {
    try await settings.enter(side, as: settings.session(side, purpose: purpose), timeout: Self.connectTimeout)
  }

  func keep(_ found: Preparation.Result) {
    snapshot = found.snapshot
    sides = found.sides
    if found.inspection.canStream { hasEnded = false }
  }

  func takeSnapshot() -> ExportedSnapshot? {
    defer { snapshot = nil }
    return snapshot
  }

  private func takeSides() -> Sides? {
    defer { sides = nil }
    return sides
  }

  /// Ends what the preparation has left open.
  func forget() async {
    await takeSnapshot()?.close()
    await takeSides()?.close()
  }

  private func took(_ report: LinkReport) {
    guard case .applied(let progress) = report else { return }
    if let before = streamedPosition, progress.applied > before { silences = 0 }
    streamedPosition = progress.applied
  }

  /// One that decodes much and sends nothing is given longer each time: it begins from the same place again.
  private var silenceBorne: Duration { settings.silenceBorne * (1 << min(silences, 5)) }

  /// Receives and applies until cancelled or broken.
  ///
  /// - Throws: ``LinkFailure``; `CancellationError`.
  public func stream(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    let sides = takeSides()
    await forget()
    hasEnded = true
    let target = try await enter(sides)
    defer { streamedPosition = nil }
    do {
      try await stream(to: target, from: sides?.source) { [weak self] in
        await self?.took($0)
        await report($0)
      }
      await target.close()
    } catch ApplyFailure.table(let name, let reason) {
      await target.close()
      try await park(name, reason)
      await report(.parked(table: name, reason: reason))
      // Without the table the others go on at once.
      throw LinkFailure.unreachable("\(name) was set aside")
    } catch ApplyFailure.collision(let table, let position, let refusal) {
      await target.close()
      try await judge(collision: table, position, refusal, report)
    } catch let silence as StreamRun.SourceSilence {
      await target.close()
      silences += 1
      throw LinkFailure.unreachable(
        "the source has sent nothing for \(silence.lasted.components.seconds) s, and does not answer")
    } catch ApplyFailure.order {
      await target.close()
      appliesInOrder = true
      throw LinkFailure.unreachable("a large transaction is received again and applied change by change")
    } catch let error as PostgresError {
      await target.close()
      throw Self.failure(error, settings)
    } catch let error as PgoutputError {
      await target.close()
      throw LinkFailure.blocked("\(error)")
    } catch {
      await target.close()
      throw error
    }
  }

  /// A row may have come up between the look for it and the write. Where it is so each time, an index refuses the row
  /// that this link does not know how to look for: one on an expression, or with a condition.
  private func judge(
    collision table: String?, _ position: LSN, _ refusal: PostgresError,
    _ report: @Sendable (LinkReport) async -> Void
  ) async throws {
    let times = (collision?.position == position ? collision?.times ?? 0 : 0) + (refusal.isUniqueViolation ? 1 : 0)
    collision = (position, times)
    guard times >= Self.collisionsBorne, let table else {
      throw LinkFailure.unreachable("a row came up while a transaction was applied, which is done again: \(refusal)")
    }
    let constraint = refusal.constraint ?? "a unique index"
    let reason =
      "\(table): both sides have a row that \(constraint) lets only one of them have (\(refusal.message)); make the "
      + "values differ, then copy the table anew"
    try await park(table, reason)
    await report(.parked(table: table, reason: reason))
    throw LinkFailure.unreachable("\(table) was set aside")
  }

  private static let collisionsBorne = 4

  /// - Parameter sides: sessions that the preparation has left. Where the target's is of no use, both are closed.
  /// - Returns: the session in which changes are applied.
  private func enter(_ sides: Sides?) async throws -> PostgresConnection {
    var session = settings.session(settings.target, purpose: "apply")
    session.sessionSettings.merge(ExportedSnapshot.unhurried) { _, new in new }
    do {
      guard let target = sides?.target else {
        return try await settings.enter(settings.target, as: session, timeout: Self.connectTimeout)
      }
      try await target.reconfigure(as: session, timeout: Self.connectTimeout)
      return target
    } catch {
      await sides?.close()
      throw (error as? PostgresError).map { LinkFailure.unreachable("\($0)") } ?? error
    }
  }

  /// - Parameter source: a session that the preparation has left; it is closed.
  private func stream(
    to target: PostgresConnection, from source: PostgresConnection?,
    _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    let feed: ChangeFeed
    let book: LinkBook
    do {
      book = try await self.book(of: target)
      feed = ChangeFeed(
        settings: settings, slot: book.slot, from: book.position, timeline: book.timeline,
        asksForBacklog: !streamsBacklog, session: source)
    } catch {
      await source?.close()
      throw error
    }
    var ready: [String: LSN] = [:]
    for (name, table) in book.tables where table.state == .streaming { ready[name] = table.ready ?? .zero }
    let isBothWays = settings.mode == .streamBoth
    let assembler = BatchAssembler(
      applied: book.position, ready: ready,
      marker: isBothWays && !settings.traps.contains(.echoes) ? VersionedApplier.marker : nil, seen: book.seenAt,
      keepsTransactionsApart: isBothWays && !settings.traps.contains(.mergesTransactions))
    do {
      let desk = StreamDesk(
        assembler: assembler, position: book.position, committedAt: book.committedAt,
        // A comparison asks the books how far the way back is.
        idleEvery: isBothWays ? Self.idleEvery : nil)
      if isBothWays {
        try await streamBoth(feed, target, book, desk, report)
      } else {
        let isOrdered = appliesInOrder
        appliesInOrder = false
        let run = StreamRun(
          feed: feed, desk: desk, traps: settings.traps, silenceBorne: silenceBorne, report: report
        ) { [settings] in
          let (shapes, actsAsReplica) = try await Self.ready(target, settings)
          return StreamApplier(
            settings: settings, connection: target, position: book.position, shapes: shapes,
            actsAsReplica: actsAsReplica, isOrdered: isOrdered, holdsRole: try await RoleStanding.canBeHeld(target))
        }
        let sequences = Sequences(settings: settings)
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await run.run() }
          group.addTask { try await sequences.keepAhead() }
          group.addTask { [settings] in try await ConflictKeeping(settings: settings).run() }
          defer { group.cancelAll() }
          try await group.next()
        }
      }
      await feed.close()
    } catch {
      await feed.close()
      if await feed.hasBrokenOff { streamsBacklog = true }
      throw error
    }
  }

  /// - Throws: ``LinkFailure`` where the target is not this link's to write.
  private func book(of target: PostgresConnection) async throws -> LinkBook {
    // A stream before this one may have ended between a commit that did not wait for the disk and the one that would
    // have; or its last commit is still under way.
    guard let book = try await LinkBook.settle(settings.directionName, on: target) else {
      throw LinkFailure.blocked("the link \(settings.directionName) was never prepared at the target")
    }
    guard book.generation <= settings.generation else {
      throw LinkFailure.blocked(
        "the link \(settings.directionName) has a newer controller, generation \(book.generation) at the target")
    }
    if let obstacle = try await RoleStanding.read(target)?.obstacle(settings) { throw LinkFailure.blocked(obstacle) }
    return book
  }

  private func streamBoth(
    _ feed: ChangeFeed, _ target: PostgresConnection, _ book: LinkBook, _ desk: StreamDesk,
    _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    let (shapes, actsAsReplica) = try await Self.ready(target, settings)
    let source = try await connect(settings.source, "rows")
    do {
      var known = try await KnownCommits.read(settings, book, on: source)
      if let time = book.knownAt { known.raise(to: time) }
      let applier = VersionedApplier(
        settings: settings, connection: target, source: source, position: book.position, shapes: shapes,
        actsAsReplica: actsAsReplica, known: known)
      let run = StreamRun(
        feed: feed, desk: desk, traps: settings.traps, silenceBorne: silenceBorne, report: report
      ) { applier }
      let pruning = Pruning(settings: settings) { await applier.know($0) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await run.run() }
        group.addTask { try await pruning.run() }
        group.addTask { [settings] in try await ConflictKeeping(settings: settings).run() }
        defer { group.cancelAll() }
        try await group.next()
      }
      await source.close()
    } catch {
      await source.close()
      throw error
    }
  }

  /// What an applier has to know of the target.
  private static func ready(
    _ target: PostgresConnection, _ settings: LinkSettings
  ) async throws -> (shapes: [String: TableShape], actsAsReplica: Bool) {
    let actsAsReplica = await silence(target)
    return (try await TableCatalog.shapes(on: target, in: settings.searchedSchemas), actsAsReplica)
  }

  /// Foreign keys and triggers of the target would judge changes that the source has judged already, and write what the
  /// source's triggers have written already.
  ///
  /// - Returns: whether the role may silence them.
  private static func silence(_ target: PostgresConnection) async -> Bool {
    (try? await target.execute("SET session_replication_role = replica", timeout: .seconds(10))) != nil
  }

  private func park(_ table: String, _ reason: String) async throws {
    let connection = try await connect(settings.target, "park")
    do {
      try await LinkTableRecord.set(
        .parked, of: table, link: settings.directionName, reason: reason, on: connection)
      await connection.close()
    } catch let error as PostgresError {
      await connection.close()
      throw LinkFailure.unreachable("\(error)")
    }
  }

  /// What a failed stream means.
  static func failure(_ error: PostgresError, _ settings: LinkSettings) -> LinkFailure {
    switch error.sqlState {
    // PostgreSQL lacks what it needs to tell whose change it reads. Nothing but a new slot is known to help.
    case "XX000" where error.message.contains("could not map file"):
      .unreachable(
        "the source cannot decode the log of the slot \(settings.slotName): \(error.message); if that goes on, drop it "
          + "there (SELECT pg_drop_replication_slot(\(SQLText.literal(settings.slotName)))) and take a new baseline "
          + "(\(SyncRequest.baseline(settings.id, tables: []).command))")
    // The slot is not there, or the log that it needed is gone.
    case "42704" where error.message.hasPrefix("publication"):
      // What was written while it was gone is read with the catalog of that time.
      .slotLost(
        "a publication of this link was dropped at the source (\(error.message)), and what was written meanwhile cannot "
          + "be decoded: drop the slot there (SELECT pg_drop_replication_slot(\(SQLText.literal(settings.slotName)))) "
          + "and take a new baseline (\(SyncRequest.baseline(settings.id, tables: []).command))")
    case "42704": .slotLost("the replication slot is gone: \(error.message)")
    case "55000" where error.message.contains("slot"): .slotLost("the replication slot is lost: \(error.message)")
    case "42501", "28000", "28P01": .blocked("\(error)")
    default: .unreachable("\(error)")
    }
  }
}
