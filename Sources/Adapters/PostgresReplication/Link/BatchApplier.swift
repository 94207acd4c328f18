import Operations

/// What has become of a batch.
struct AppliedBatch: Sendable, Equatable {
  /// By table.
  var rows: [String: Int] = [:]
  /// False where the target's server has yet to write the commit to its disk, which it does with the next one at the
  /// latest.
  var isDurable = true
}

/// Writes batches at the target: merged where one side is always right, one by one where versions must be compared.
protocol BatchApplier: Sendable {
  /// - Parameters:
  ///   - foreseen: what ``foresee(_:)`` has made of this batch.
  ///   - desk: is told when the batch is at the target, and knows whether it may become durable with the next.
  func apply(_ batch: ChangeBatch, foreseen: [MergeWork]?, desk: StreamDesk) async throws -> AppliedBatch
  /// Works out what a batch comes to, while the one before it is being written; nil where that waits for its turn.
  func foresee(_ batch: ChangeBatch) async -> [MergeWork]?
  func store(position: LSN) async throws
}

extension BatchApplier {
  func foresee(_ batch: ChangeBatch) async -> [MergeWork]? { nil }
}

extension StreamApplier: BatchApplier {}
