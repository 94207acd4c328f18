internal import CLibpq

/// What a statement gave back, kept as libpq holds it; values are read out on demand.
public struct PostgresResult: Sendable, RandomAccessCollection {
  /// Owns the memory. Nothing changes it after it was received, so it may be read from anywhere.
  final class Storage: @unchecked Sendable {
    let pointer: OpaquePointer
    let columns: [String: Int32]

    init(_ pointer: OpaquePointer) {
      self.pointer = pointer
      var columns: [String: Int32] = [:]
      for column in 0..<PQnfields(pointer) {
        if let name = PQfname(pointer, column) { columns[String(cString: name)] = column }
      }
      self.columns = columns
    }

    deinit { PQclear(pointer) }
  }

  let storage: Storage
  /// The number of rows.
  public let count: Int
  /// The rows that the statement inserted, changed, deleted or selected.
  public let affectedCount: Int

  init(_ pointer: OpaquePointer) {
    storage = Storage(pointer)
    count = Int(PQntuples(pointer))
    affectedCount = PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }
  public subscript(position: Int) -> PostgresRow { PostgresRow(storage: storage, index: Int32(position)) }

  public var columnNames: [String] { storage.columns.sorted { $0.value < $1.value }.map(\.key) }

  /// The only row of a statement that must give exactly one.
  ///
  /// - Throws: ``PostgresError`` of kind `unexpectedResult`.
  public func only() throws(PostgresError) -> PostgresRow {
    guard count == 1 else { throw PostgresError(.unexpectedResult, "\(count) rows came back where one was expected") }
    return self[0]
  }
}
