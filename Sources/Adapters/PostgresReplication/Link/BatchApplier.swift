import Operations

/// Writes batches at the target: merged where one side is always right, one by one where versions must be compared.
protocol BatchApplier: Sendable {
  /// - Parameter foreseen: what ``foresee(_:)`` has made of this batch.
  /// - Returns: rows by table.
  func apply(_ batch: ChangeBatch, foreseen: [MergeWork]?) async throws -> [String: Int]
  /// Works out what a batch comes to, while the one before it is being written; nil where that waits for its turn.
  func foresee(_ batch: ChangeBatch) async -> [MergeWork]?
  func store(position: LSN) async throws
}

extension BatchApplier {
  func foresee(_ batch: ChangeBatch) async -> [MergeWork]? { nil }
}

extension StreamApplier: BatchApplier {}
