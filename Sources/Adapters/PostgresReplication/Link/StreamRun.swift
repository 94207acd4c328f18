import Operations
import PostgresAdapter

/// One run of a stream: receives, applies, acknowledges and reports until one of them fails or the task is cancelled.
struct StreamRun: Sendable {
  let feed: ChangeFeed
  let desk: StreamDesk
  let traps: ApplyTraps
  let silenceBorne: Duration
  let report: @Sendable (LinkReport) async -> Void
  /// Made while the first changes are on their way.
  let makeApplier: @Sendable () async throws -> any BatchApplier

  /// The source has sent nothing, and does not answer.
  struct SourceSilence: Error {
    var lasted: Duration
  }

  private static let receiveLimit = 1024 * 1024
  private static let gathering: Duration = .milliseconds(1)
  private static let tick: Duration = .milliseconds(200)
  /// The server gives up after `wal_sender_timeout`, a minute by default and often less.
  private static let acknowledgeAtLeast: Duration = .seconds(1)

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await receive() }
      group.addTask { try await apply() }
      group.addTask { try await tell() }
      defer { group.cancelAll() }
      do {
        try await group.next()
        await desk.close()
      } catch {
        await desk.close()
        throw error
      }
    }
  }

  private func receive() async throws {
    try await feed.open(desk)
    while !Task.isCancelled {
      let messages = try await feed.receive(limit: Self.receiveLimit, within: silenceBorne)
      guard !messages.isSilence else {
        throw SourceSilence(lasted: silenceBorne)
      }
      try await desk.put(messages)
      // While a batch is being applied nothing is gained by taking each message as it comes, and much is lost: the
      // source sends every message by itself, and would wake this process for each.
      if await desk.isApplying { try await Task.sleep(for: Self.gathering) }
    }
    throw CancellationError()
  }

  private func apply() async throws {
    try await withTaskCancellationHandler {
      let applier = try await makeApplier()
      var foreseen: [MergeWork]?
      while let work = await desk.next() {
        switch work {
        case .apply(let batch): foreseen = try await apply(batch, foreseen, applier)
        case .store(let passed):
          try await applier.store(passed)
          await desk.stored(passed.position)
        }
      }
    } onCancel: {
      Task { await desk.close() }
    }
    try Task.checkCancellation()
  }

  /// - Returns: what the next batch comes to, where that was large enough to be known meanwhile.
  private func apply(
    _ batch: ChangeBatch, _ foreseen: [MergeWork]?, _ applier: any BatchApplier
  ) async throws -> [MergeWork]? {
    async let next: [MergeWork]? = {
      guard let ahead = await desk.ahead() else { return nil }
      return await applier.foresee(ahead)
    }()
    do {
      await desk.applied(batch, try await applier.apply(batch, foreseen: foreseen, desk: desk))
    } catch {
      await desk.gaveUp()
      throw error
    }
    return await next
  }

  private func tell() async throws {
    var told: LSN?
    var toldAt = ContinuousClock.now - .seconds(60)
    while true {
      try await Task.sleep(for: Self.tick)
      // Before the source has said anything there is no stream that could be told of.
      if await desk.hasHeard { await report(.applied(await desk.progress())) }
      await desk.tick()
      let wantsReply = await desk.wantsReply
      let durable = await desk.durable
      let isDue = wantsReply || durable != told || ContinuousClock.now - toldAt >= Self.acknowledgeAtLeast
      guard isDue else { continue }
      let position = await desk.acknowledgement()
      let flushed = traps.contains(.acknowledgesEarly) ? position.received : position.flushed
      guard try await feed.acknowledge(received: position.received, flushed: flushed) else { continue }
      told = position.flushed
      toldAt = .now
    }
  }
}
