import Operations
import PostgresAdapter
import Simulation
import TestSupport
import Testing

/// A version of a row that somebody tried to commit.
struct WrittenVersion: Sendable {
  var id: Int
  /// Unique in a run; nil for a delete.
  var tag: Int64?
  /// The version that stood there before, as its writer saw it.
  var parent: Int64?
  /// The place among the statements of its transaction.
  var order: Int
  var side: Int
  var transaction: UInt64
  /// A row that the transaction has written: a number of a transaction may be given again after a crash.
  var mark: Int64
}

/// Writes rows of one side with few keys, and remembers each version that it tried to commit.
struct VersionWriter {
  let side: Int
  let settings: PostgresSettings
  let timeline: Timeline
  let stop: Flag
  var chance: SeededGenerator
  private(set) var written: [WrittenVersion] = []

  init(side: Int, settings: PostgresSettings, timeline: Timeline, stop: Flag, chance: SeededGenerator) {
    self.side = side
    self.settings = settings
    self.timeline = timeline
    self.stop = stop
    self.chance = chance
  }

  static let table = """
    CREATE TABLE doc (id int PRIMARY KEY, tag bigint NOT NULL, note text, body text COLLATE "C");
    CREATE TABLE mark (id bigint PRIMARY KEY);
    """
  private static let keys = 12

  mutating func run() async {
    var connection: PostgresConnection?
    while !stop.isRaised {
      do {
        if connection == nil { connection = try await PostgresConnection.connect(settings, timeout: .seconds(5)) }
        guard let connection else { continue }
        try await transaction(on: connection)
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...6, using: &chance)))
      } catch {
        if let error = error as? PostgresError, !Writer.isExpected(error) {
          Issue.record("seed's statements are wrong: \(error)")
          return stop.raise()
        }
        await connection?.close()
        connection = nil
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
    await connection?.close()
  }

  private mutating func transaction(on connection: PostgresConnection) async throws {
    try await connection.execute("BEGIN", timeout: .seconds(10))
    let row = try await connection.query("SELECT pg_current_xact_id()::text AS id", timeout: .seconds(10)).only()
    let transaction: UInt64 = try row.get("id")
    let mark = Int64(chance.next() >> 2) + 1_000_000
    try await connection.query("INSERT INTO mark VALUES ($1)", [PostgresValue(mark)], timeout: .seconds(10))
    var versions: [WrittenVersion] = []
    for order in 0..<Int.random(in: 1...3, using: &chance) {
      let id = Int.random(in: 0..<Self.keys, using: &chance)
      let old = try await connection.query(
        "SELECT tag FROM doc WHERE id = $1 FOR UPDATE", [PostgresValue(id)], timeout: .seconds(10))
      let parent = try old.first?.get("tag", as: Int64.self)
      let tag = Int64(chance.next() >> 2)
      let isDelete = parent != nil && Int.random(in: 0..<4, using: &chance) == 0
      let sql =
        isDelete
        ? "DELETE FROM doc WHERE id = \(id)"
        : parent == nil
          ? "INSERT INTO doc VALUES (\(id), \(tag), 'n\(tag % 100)', \(ColumnType.toasted.literal(&chance))) "
            + "ON CONFLICT DO NOTHING"
          : "UPDATE doc SET tag = \(tag), note = \(ColumnType.varchar.literal(&chance)) WHERE id = \(id)"
      let count = try await connection.query(sql, timeout: .seconds(10)).affectedCount
      guard count == 1 else { continue }
      versions.append(
        WrittenVersion(
          id: id, tag: isDelete ? nil : tag, parent: parent, order: order, side: side, transaction: transaction,
          mark: mark))
    }
    // Known before its outcome: an answer may be lost on the way.
    written += versions
    try await connection.execute("COMMIT", timeout: .seconds(10))
    timeline.count("committed at \(side == 0 ? "one" : "other")")
  }
}
