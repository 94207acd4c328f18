import Operations

/// Writes batches at the target: merged where one side is always right, one by one where versions must be compared.
protocol BatchApplier: Sendable {
  /// - Returns: rows by table.
  func apply(_ batch: ChangeBatch) async throws -> [String: Int]
  func store(position: LSN) async throws
}

extension StreamApplier: BatchApplier {}
