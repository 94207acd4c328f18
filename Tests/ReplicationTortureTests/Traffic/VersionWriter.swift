import Operations
import PostgresAdapter
import Simulation
import TestSupport
import Testing

/// Writes rows of one side with few keys, and remembers each version that it tried to commit.
struct VersionWriter {
  let side: Int
  let settings: PostgresSettings
  let schema: VersionedSchema
  let timeline: Timeline
  let stop: Flag
  var chance: SeededGenerator
  private(set) var written: [WrittenVersion] = []

  init(
    side: Int, settings: PostgresSettings, schema: VersionedSchema, timeline: Timeline, stop: Flag,
    chance: SeededGenerator
  ) {
    self.side = side
    self.settings = settings
    self.schema = schema
    self.timeline = timeline
    self.stop = stop
    self.chance = chance
  }

  private static let uniqueValues = 300

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
    let blank = WrittenVersion(row: .init(table: "", number: 0), side: side, transaction: transaction, mark: mark)
    var versions: [WrittenVersion] = []
    for order in 0..<Int.random(in: 1...3, using: &chance) {
      let made =
        Int.random(in: 0..<6, using: &chance) == 0
        ? try await changeUnique(blank, on: connection) : try await change(blank, on: connection)
      versions += made.map { version in
        var version = version
        version.order = order
        return version
      }
    }
    // Known before its outcome: an answer may be lost on the way.
    written += versions
    try await connection.execute("COMMIT", timeout: .seconds(10))
    timeline.count("committed at \(side == 0 ? "one" : "other")")
  }

  private mutating func change(
    _ blank: WrittenVersion, on connection: PostgresConnection
  ) async throws -> [WrittenVersion] {
    // Half of it meets in one table.
    let isFirst = Bool.random(using: &chance)
    guard let table = isFirst ? schema.tables.first : schema.tables.randomElement(using: &chance) else { return [] }
    let number = Int.random(in: 0..<VersionedTable.keys, using: &chance)
    let found = "SELECT tag FROM \(table.table.name) WHERE \(table.condition(number, &chance)) FOR UPDATE"
    var version = blank
    version.row = .init(table: table.table.name, number: Int64(number))
    version.parent = try await connection.query(found, timeout: .seconds(10)).first?.get("tag", as: Int64.self)
    let tag = nextTag()
    version.tag = tag
    var versions = [version]
    let sql: String
    switch Int.random(in: 0..<8, using: &chance) {
    case _ where version.parent == nil: sql = table.insert(number, tag: tag, &chance)
    case 0, 1:
      versions[0].tag = nil
      sql = table.delete(number, &chance)
    case 2 where table.keysChange:
      let other = Int.random(in: 0..<VersionedTable.keys, using: &chance)
      guard other != number else { return [] }
      versions[0].tag = nil
      version.row.number = Int64(other)
      version.parent = nil
      versions.append(version)
      sql = table.move(number, to: other, tag: tag, &chance)
    default: sql = table.update(number, tag: tag, &chance)
    }
    return try await connection.query(sql, timeout: .seconds(10)).affectedCount == 1 ? versions : []
  }

  private mutating func changeUnique(
    _ blank: WrittenVersion, on connection: PostgresConnection
  ) async throws -> [WrittenVersion] {
    let unique = Int.random(in: 0..<Self.uniqueValues, using: &chance)
    let found = try await connection.query(
      "SELECT id, tag FROM \(VersionedSchema.unique) WHERE u = \(unique) FOR UPDATE", timeout: .seconds(10)
    ).first
    let tag = nextTag()
    var version = blank
    version.tag = tag
    version.unique = unique
    version.parent = try found?.get("tag", as: Int64.self)
    version.row = .init(table: VersionedSchema.unique, number: try found?.get("id", as: Int64.self) ?? nextTag())
    let sql =
      found == nil
      ? "INSERT INTO \(VersionedSchema.unique) VALUES (\(version.row.number), \(tag), \(unique), 'new') "
        + "ON CONFLICT DO NOTHING"
      : "UPDATE \(VersionedSchema.unique) SET tag = \(tag), note = \(ColumnType.varchar.literal(&chance)) "
        + "WHERE id = \(version.row.number)"
    return try await connection.query(sql, timeout: .seconds(10)).affectedCount == 1 ? [version] : []
  }

  private mutating func nextTag() -> Int64 { Int64(chance.next() >> 2) }
}
