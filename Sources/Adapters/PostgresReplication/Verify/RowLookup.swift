import PostgresAdapter

/// Reads what one side has under some keys, now.
struct RowLookup: Sendable {
  let digest: RowDigest
  let side: Side
  let sessions: [PostgresConnection]
  let limits: VerifyLimits
  let clock: any Clock<Duration>

  /// - Parameter keyValues: of each key, in the order of the key's columns; without a key none is needed.
  /// - Throws: ``PostgresError``; `CancellationError`.
  func states(_ keys: Set<RowKey>, _ keyValues: [RowKey: [String?]]) async throws -> CandidateLedger.States {
    try await digest.isKeyless ? scanned(keys) : found(keys, keyValues)
  }

  private func found(_ keys: Set<RowKey>, _ keyValues: [RowKey: [String?]]) async throws -> CandidateLedger.States {
    var states: CandidateLedger.States = [:]
    let keys = Array(keys)
    for start in stride(from: 0, to: keys.count, by: limits.lookupKeys) {
      let batch = keys[start..<min(keys.count, start + limits.lookupKeys)]
      let parameters = batch.flatMap { keyValues[$0] ?? [] }.map { $0.map { PostgresValue($0) } }
      let result = try await sessions[0].query(
        digest.states(keys: batch.count, at: side), parameters, timeout: limits.statementTimeout)
      for row in result { states[try row.rowKey()] = try row.rowState() }
    }
    return states
  }

  /// No index finds a row by its text: one scan finds many.
  private func scanned(_ keys: Set<RowKey>) async throws -> CandidateLedger.States {
    let found = Collected<CandidateLedger.States>([:])
    try await scan(digest.states(), keys) { row, states in
      let key = try row.rowKey()
      guard keys.contains(key) else { return }
      let state = try row.rowState()
      if states[key]?.add(state) == nil { states[key] = state }
    } into: {
      found
    }
    return found.value
  }

  /// The texts of rows without a key.
  func texts(_ keys: Set<RowKey>) async throws -> [RowKey: [String?]] {
    let found = Collected<[RowKey: [String?]]>([:])
    try await scan(digest.texts(), keys) { row, texts in
      let key = try row.rowKey()
      if keys.contains(key) { texts[key] = [try row.get("text")] }
    } into: {
      found
    }
    return found.value
  }

  private func scan<Value>(
    _ statement: @escaping SideScan.Statement, _ keys: Set<RowKey>,
    _ take: @escaping @Sendable (PostgresRow, inout Value) throws -> Void, into collected: () -> Collected<Value>
  ) async throws {
    let collected = collected()
    let scan = SideScan(sessions, limits: limits, clock: clock)
    try await scan.begin(digest.table)
    let list = "{" + keys.map { String($0.first) }.joined(separator: ",") + "}"
    try await scan.run(statement, [PostgresValue(list)]) { result in
      try collected.change { value in for row in result { try take(row, &value) } }
    }
  }
}
