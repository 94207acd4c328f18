import Operations
import PostgresAdapter

/// Reads what a slot still holds, and leaves it there: nothing is acknowledged.
struct UnsentLog: Sendable {
  let settings: LinkSettings
  let slot: String
  let progress: @Sendable (String) async -> Void

  private static let receiveLimit = 1024 * 1024
  private static let tick: Duration = .seconds(1)
  /// A server that is at work tells of it, and one that says nothing for so long is not there.
  private static let patience: Duration = .seconds(60)
  /// A receiver that was cut off may hold the slot until its server notices.
  private static let slotPatience: Duration = .seconds(90)

  /// Takes every transaction that was committed from `position` to `goal`.
  ///
  /// - Parameter ready: by table, from where on changes count.
  /// - Throws: ``PostgresError``; ``LinkFailure``; `CancellationError`.
  func read(
    from position: LSN, to goal: LSN, ready: [String: LSN], into touched: inout TouchedRows
  ) async throws {
    let stream = try await open(at: position)
    do {
      try await read(stream, position, goal, ready, &touched)
      await stream.close()
    } catch let error as PgoutputError {
      await stream.close()
      throw LinkFailure.blocked("\(error)")
    } catch {
      await stream.close()
      throw error
    }
  }

  private func read(
    _ stream: PostgresReplicationStream, _ position: LSN, _ goal: LSN, _ ready: [String: LSN],
    _ touched: inout TouchedRows
  ) async throws {
    var assembler = BatchAssembler(applied: position, ready: ready, keepsTransactionsApart: true)
    var end = LSN.zero
    var heardAt = ContinuousClock.now
    var toldAt = ContinuousClock.now
    while true {
      let messages = try await stream.receive(limit: Self.receiveLimit, within: Self.tick)
      if messages.walEnd != nil { heardAt = .now }
      end = max(end, messages.keepaliveEnd ?? .zero)
      try assembler.take(messages)
      while let batch = assembler.next(partial: assembler.size >= StreamDesk.limit) { touched.take(batch) }
      let reached = max(end, assembler.received)
      if assembler.isEmpty, reached >= goal { return }
      guard ContinuousClock.now - heardAt < Self.patience else {
        throw LinkFailure.unreachable("\(settings.sourceNode) has sent nothing of its log for \(Self.patience)")
      }
      guard messages.wantsReply || ContinuousClock.now - toldAt >= Self.tick else { continue }
      toldAt = .now
      // Position zero is none: the slot stays where it is.
      try await stream.acknowledge(received: .zero, flushed: .zero, at: SystemClock.now)
      await progress(
        "\(touched.places.count) changed rows found, \(goal.bytes(since: reached)) bytes of log to go")
    }
  }

  private func open(at position: LSN) async throws -> PostgresReplicationStream {
    let deadline = ContinuousClock.now + Self.slotPatience
    while true {
      let stream = try await settings.enterStream(
        as: settings.session(settings.source, purpose: "divergence"), timeout: .seconds(15))
      do {
        try await stream.start(
          slot: slot, from: position, publications: settings.publications, timeout: .seconds(30))
        return stream
      } catch let error as PostgresError where error.sqlState == "55006" && .now < deadline {
        await stream.close()
        await progress("the slot \(slot) is held by another receiver")
        try await Task.sleep(for: Self.tick)
      } catch {
        await stream.close()
        throw error
      }
    }
  }
}
