import Operations
import PostgresAdapter

/// Copies ranges, one after another: a session at each side, and the bytes between them as they are.
struct CopyWorker: Sendable {
  let settings: LinkSettings
  let desk: CopyDesk
  /// By table.
  let columns: [String: String]
  let targets: [String: String]
  /// What is in the copies already.
  let position: LSN
  let source: PostgresConnection
  let target: PostgresConnection

  /// A server that says nothing for so long is gone; a write that waits for a lock or a full disk may take a while.
  private static let idleTimeout: Duration = .seconds(120)

  func run() async throws {
    do {
      while let work = await desk.next() {
        try Task.checkCancellation()
        switch work {
        case .copy(let range, let binary): try await copy(range, binary: binary)
        case .finish(let table): try await finish(table)
        case .rebuild(let step):
          await desk.began(step)
          try await Rebuild(settings: settings).perform(step, on: target)
          await desk.ended(step)
        }
        await desk.done()
      }
    } catch {
      await desk.stop()
      throw error
    }
  }

  private func copy(_ range: CopyRange, binary: Bool) async throws {
    let begin = ContinuousClock.now
    do {
      try await LinkFailure.naming("copying \(range.table)") { try await transfer(range, binary: binary) }
      await desk.copied(range, binary: binary, seconds: (ContinuousClock.now - begin).inSeconds)
    } catch is BinaryRefused {
      await desk.refuseBinary(range.table)
      try await copy(range, binary: false)
    }
  }

  private struct BinaryRefused: Error {}

  private func transfer(_ range: CopyRange, binary: Bool) async throws {
    guard !range.relation.isEmpty, let columns = columns[range.table], let table = targets[range.table] else { return }
    try await source.execute("SAVEPOINT range", timeout: Self.idleTimeout)
    do {
      try await source.startCopyOut(range.select(columns, binary: binary), timeout: Self.idleTimeout)
    } catch let error as PostgresError where binary && error.kind == .server {
      try await source.execute("ROLLBACK TO range", timeout: Self.idleTimeout)
      throw BinaryRefused()
    }
    try await fence()
    if settings.mode == .streamBoth {
      let marker = AppliedMarker.statement(committedAt: AppliedMarker.asTheyStood, node: settings.sourceNode)
      try await target.query(marker.sql, marker.parameters, timeout: Self.idleTimeout)
    }
    do {
      let format = binary ? " (FORMAT binary)" : ""
      let meter = Meter()
      try await target.copyIn("COPY \(table) (\(columns)) FROM STDIN\(format)", idleTimeout: Self.idleTimeout) {
        let chunk = try await source.copyOutChunk(idleTimeout: Self.idleTimeout)
        let share = await meter.add(chunk?.count ?? 0, of: range.bytes, isLast: chunk == nil)
        await desk.advanced(range, by: share)
        return chunk
      }
    } catch let error as PostgresError where binary && error.kind == .server && !Self.isTransient(error) {
      try await target.execute("ROLLBACK", timeout: Self.idleTimeout)
      // What the target refuses as binary is asked for again as text; the rest of the old copy is read and dropped.
      while try await source.copyOutChunk(idleTimeout: Self.idleTimeout) != nil {}
      try await source.execute("RELEASE range", timeout: Self.idleTimeout)
      throw BinaryRefused()
    }
    try await target.execute("COMMIT", timeout: Self.idleTimeout)
    try await source.execute("RELEASE range", timeout: Self.idleTimeout)
  }

  private static func isTransient(_ error: PostgresError) -> Bool {
    error.sqlState.map { ["53", "57", "40"].contains(String($0.prefix(2))) } ?? true
  }

  /// Begins a transaction at the target that a newer holder of the link must wait for.
  private func fence() async throws {
    try await target.execute("BEGIN", timeout: Self.idleTimeout)
    let held = try await target.query(
      "SELECT FROM signalbox.link WHERE name = $1 AND generation = $2::bigint FOR SHARE",
      [PostgresValue(settings.directionName), PostgresValue(settings.generation.rawValue)], timeout: Self.idleTimeout)
    guard held.count == 1 else {
      throw LinkFailure.blocked("the link \(settings.directionName) was taken over by a newer generation")
    }
  }

  /// All ranges of the table are committed; from here on its changes are applied.
  private func finish(_ table: String) async throws {
    let steps = try await LinkFailure.naming("finishing \(table)") {
      try await fence()
      try await LinkTableRecord.set(
        .streaming, of: table, link: settings.directionName, ready: position, on: target)
      // The ranges were committed without waiting for the disk; this waits for them too.
      try await target.execute("SET LOCAL synchronous_commit = on; COMMIT", timeout: Self.idleTimeout)
      return try await Rebuild(settings: settings).pending(on: target).filter {
        $0.table == table && $0.kind == .index
      }
    }
    await desk.finished(table, steps: steps)
  }

  /// What of a range's estimated size has been accounted for.
  private actor Meter {
    private var bytes: UInt64 = 0

    func add(_ count: Int, of limit: UInt64, isLast: Bool) -> UInt64 {
      let share = isLast ? limit - bytes : min(UInt64(count), limit - bytes)
      bytes += share
      return share
    }
  }
}
