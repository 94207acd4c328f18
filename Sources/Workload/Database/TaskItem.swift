internal import PostgresAdapter

/// Something to do.
struct TaskItem: Sendable, Equatable, Encodable {
  var id: String
  var title: String
  var notes: String
  var done: Bool
  /// Grows with every change; what a writer has read must be what it changes.
  var version: Int
  var createdAt: String
  var updatedAt: String

  /// As `"3"`.
  var entityTag: String { "\"\(version)\"" }

  static let columns = """
    id, title, notes, done, version, \(SQL.time("created_at")) AS created_at, \(SQL.time("updated_at")) AS updated_at
    """

  init(_ row: PostgresRow) throws {
    id = try row.get("id")
    title = try row.get("title")
    notes = try row.get("notes")
    done = try row.get("done")
    version = try row.get("version")
    createdAt = try row.get("created_at")
    updatedAt = try row.get("updated_at")
  }
}
