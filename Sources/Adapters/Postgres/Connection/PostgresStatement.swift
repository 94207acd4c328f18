/// One statement of a pipeline.
public struct PostgresStatement: Sendable, Equatable {
  public var sql: String
  public var parameters: [PostgresValue?]

  public init(_ sql: String, _ parameters: [PostgresValue?] = []) {
    self.sql = sql
    self.parameters = parameters
  }
}

/// Which statement of a pipeline was refused. Those after it were not run, and outside a transaction those before it
/// were undone.
public struct PostgresPipelineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where the statement stands in the pipeline; the number of statements when the commit after them was refused.
  public var index: Int
  public var error: PostgresError

  public var description: String { error.description }
}
