internal import PostgresAdapter

/// Tasks of one account. Another account's task is as if it were not there.
struct TaskStore: Sendable {
  let database: Database

  struct Page: Sendable {
    var tasks: [TaskItem]
    /// Where the next page begins; nil on the last.
    var next: Cursor?
  }

  /// Newest first.
  func page(
    of account: String, after cursor: Cursor?, limit: Int, _ consistency: Database.Consistency
  ) async throws -> Page {
    // One more than is shown tells whether there is a next page.
    let more = PostgresValue(limit + 1)
    let result: PostgresResult
    if let cursor {
      result = try await database.read(
        """
        SELECT \(TaskItem.columns) FROM tasks WHERE account_id = $1 AND (created_at, id) < ($2::timestamptz, $3::uuid)
        ORDER BY tasks.created_at DESC, id DESC LIMIT $4
        """, [PostgresValue(account), PostgresValue(cursor.createdAt), PostgresValue(cursor.id), more], consistency)
    } else {
      result = try await database.read(
        """
        SELECT \(TaskItem.columns) FROM tasks WHERE account_id = $1
        ORDER BY tasks.created_at DESC, id DESC LIMIT $2
        """, [PostgresValue(account), more], consistency)
    }
    let tasks = try result.prefix(limit).map(TaskItem.init)
    return Page(tasks: tasks, next: result.count > limit ? tasks.last.map(Cursor.init) : nil)
  }

  func find(_ id: String, of account: String, _ consistency: Database.Consistency) async throws -> TaskItem {
    let result = try await database.read(
      "SELECT \(TaskItem.columns) FROM tasks WHERE id = $1 AND account_id = $2",
      [PostgresValue(try Self.checked(id)), PostgresValue(account)], consistency)
    guard let row = result.first else { throw Self.notFound }
    return try TaskItem(row)
  }

  func create(_ draft: TaskDraft, for account: String) async throws -> TaskItem {
    let row = try await database.write(
      """
      INSERT INTO tasks (account_id, title, notes, done) VALUES ($1, $2, $3, $4) RETURNING \(TaskItem.columns)
      """, [PostgresValue(account), PostgresValue(draft.title), PostgresValue(draft.notes), PostgresValue(draft.done)]
    ).only()
    return try TaskItem(row)
  }

  /// Changes what is given and leaves the rest.
  ///
  /// - Parameter version: what the writer has read; nil to change whatever stands.
  /// - Throws: ``Problem`` of kind `notFound`, or `stale` when the task has changed since that version.
  func update(_ id: String, of account: String, _ change: TaskChange, version: Int?) async throws -> TaskItem {
    let id = try Self.checked(id)
    let result = try await database.write(
      """
      UPDATE tasks SET title = coalesce($3, title), notes = coalesce($4, notes), done = coalesce($5, done),
        version = version + 1, updated_at = now()
      WHERE id = $1 AND account_id = $2 AND ($6::integer IS NULL OR version = $6) RETURNING \(TaskItem.columns)
      """,
      [
        PostgresValue(id), PostgresValue(account), change.title.map { PostgresValue($0) },
        change.notes.map { PostgresValue($0) }, change.done.map { PostgresValue($0) },
        version.map { PostgresValue($0) },
      ])
    if let row = result.first { return try TaskItem(row) }
    let standing = try await find(id, of: account, .latest)
    throw Problem(.stale, "The task has changed meanwhile; it is now at version \(standing.version).")
  }

  /// - Throws: ``Problem`` of kind `notFound`, or `stale`.
  func delete(_ id: String, of account: String, version: Int?) async throws {
    let id = try Self.checked(id)
    let result = try await database.write(
      "DELETE FROM tasks WHERE id = $1 AND account_id = $2 AND ($3::integer IS NULL OR version = $3)",
      [PostgresValue(id), PostgresValue(account), version.map { PostgresValue($0) }])
    guard result.affectedCount == 0 else { return }
    let standing = try await find(id, of: account, .latest)
    throw Problem(.stale, "The task has changed meanwhile; it is now at version \(standing.version).")
  }

  private static let notFound = Problem(.notFound, "There is no such task.")

  /// What is no UUID names no task; the database would call it an error.
  private static func checked(_ id: String) throws -> String {
    guard Cursor.isUUID(id) else { throw notFound }
    return id
  }
}
