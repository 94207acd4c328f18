internal import CLibpq

/// One row of a result.
public struct PostgresRow: Sendable {
  let storage: PostgresResult.Storage
  let index: Int32

  /// The value of a column that is never null.
  ///
  /// - Throws: ``PostgresError`` of kind `unexpectedResult` when there is no such column, when it is null, or when its
  ///   text is no such value.
  public func get<Value: PostgresDecodable>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    guard let value = try getIfPresent(column, as: type) else {
      throw PostgresError(.unexpectedResult, "the column \(column) is null")
    }
    return value
  }

  /// The value of a column; nil when it is null.
  ///
  /// - Throws: ``PostgresError`` of kind `unexpectedResult`.
  public func getIfPresent<Value: PostgresDecodable>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value? {
    guard let number = storage.columns[column] else {
      let names = storage.columns.keys.sorted().joined(separator: ", ")
      throw PostgresError(.unexpectedResult, "there is no column \(column) among \(names)")
    }
    guard PQgetisnull(storage.pointer, index, number) == 0 else { return nil }
    guard let bytes = PQgetvalue(storage.pointer, index, number) else { return nil }
    let length = Int(PQgetlength(storage.pointer, index, number))
    let text = String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    guard let value = Value(postgresText: text) else {
      throw PostgresError(.unexpectedResult, "the column \(column) is no \(Value.self)")
    }
    return value
  }
}
