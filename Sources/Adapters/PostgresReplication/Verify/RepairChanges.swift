import Operations
import PostgresAdapter

/// Writes rows of one table at the target. Each statement names the version of the row that it is for.
struct RepairChanges: Sendable {
  let digest: RowDigest
  let target: PostgresConnection
  let timeout: Duration

  private static let isTheRow = "t.tableoid = $1::oid AND t.ctid = $2::tid AND t.xmin = $3::xid"

  /// Whether an UPDATE cannot make one of the other.
  func mustReplace(_ row: ExactText, by other: ExactText) -> Bool {
    differing(row, other).contains { digest.table.column(digest.columns[$0])?.identity == .always }
  }

  func differsInWritten(_ row: ExactText, _ other: ExactText) -> Bool { !differing(row, other).isEmpty }

  /// Only the columns that differ: others may be large, or have triggers of their own.
  func update(_ row: RepairBatch.Row, to values: ExactText) async throws -> Int {
    let columns = differing(row.values, values)
    guard !columns.isEmpty else { return 0 }
    let assignments = columns.enumerated().map { "\(SQLText.identifier(digest.columns[$1])) = $\($0 + 4)" }
    let sql = "UPDATE \(digest.from(.target)) AS t SET \(assignments.joined(separator: ", ")) WHERE \(Self.isTheRow)"
    let parameters = values.parameters
    return try await target.query(sql, place(row) + columns.map { parameters[$0] }, timeout: timeout).affectedCount
  }

  func delete(_ row: RepairBatch.Row) async throws -> Int {
    let sql = "DELETE FROM \(digest.from(.target)) AS t WHERE \(Self.isTheRow)"
    return try await target.query(sql, place(row), timeout: timeout).affectedCount
  }

  func insert(_ values: ExactText) async throws -> Int {
    let columns = digest.columns.indices.filter(isWritten)
    let names = columns.map { SQLText.identifier(digest.columns[$0]) }.joined(separator: ", ")
    let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    let row = columns.isEmpty ? "DEFAULT VALUES" : "(\(names)) OVERRIDING SYSTEM VALUE VALUES (\(places))"
    let parameters = values.parameters
    return try await target.query(
      "INSERT INTO \(digest.table.quotedName) \(row)", columns.map { parameters[$0] }, timeout: timeout
    ).affectedCount
  }

  /// Says that this transaction's changes came from the other side, so that they are not sent back there.
  func mark(as node: CloudID) async throws {
    let marker = AppliedMarker.statement(committedAt: AppliedMarker.asTheyStood, node: node)
    try await target.query(marker.sql, marker.parameters, timeout: timeout)
  }

  private func isWritten(_ column: Int) -> Bool { digest.table.column(digest.columns[column])?.isGenerated == false }

  private func differing(_ left: ExactText, _ right: ExactText) -> [Int] {
    digest.columns.indices.filter { isWritten($0) && left.bytes[$0] != right.bytes[$0] }
  }

  private func place(_ row: RepairBatch.Row) -> [PostgresValue?] { row.place.map { PostgresValue($0) } }
}
