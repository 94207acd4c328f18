import Operations

/// What has become of a batch.
struct AppliedBatch: Sendable, Equatable {
  /// By table.
  var rows: [String: Int] = [:]
  /// False where the target's server has yet to write the commit to its disk: with the next one that waits for it at
  /// the latest.
  var isDurable = true
}

/// Writes batches at the target: merged where one side is always right, one by one where versions must be compared.
protocol BatchApplier: Sendable {
  /// - Parameters:
  ///   - foreseen: what ``foresee(_:)`` has made of this batch.
  ///   - desk: is told when the server has more to do with the batch than this program, and knows whether its commit
  ///     must wait for the disk.
  func apply(_ batch: ChangeBatch, foreseen: [MergeWork]?, desk: StreamDesk) async throws -> AppliedBatch
  /// Works out what a batch comes to, while the one before it is being written; nil where that waits for its turn.
  func foresee(_ batch: ChangeBatch) async -> [MergeWork]?
  /// Stores progress over a part of the log in which there was nothing to apply.
  func store(_ passed: StreamDesk.Passed) async throws
}

extension BatchApplier {
  func foresee(_ batch: ChangeBatch) async -> [MergeWork]? { nil }
}

extension StreamApplier: BatchApplier {}
