import Operations
import PostgresAdapter

/// What must stand at the end where both sides were written: of each key the version with the latest commit, and of
/// the rows that have one unique value, the latest.
struct Winners {
  private struct Committed {
    var version: WrittenVersion
    var rank: (Int64, Int, Int)
  }

  let sides: [Side]
  let schema: VersionedSchema
  let written: [WrittenVersion]

  /// What does not hold, a line each.
  func findings() async throws -> [String] {
    var committed: [Committed] = []
    for (number, side) in sides.enumerated() {
      let session = try await side.session()
      for version in written where version.side == number {
        let row = try await session.query(
          """
          SELECT CASE WHEN EXISTS (SELECT FROM mark WHERE id = $2)
            THEN (extract(epoch FROM pg_xact_commit_timestamp($1::xid8::xid)) * 1000000)::bigint END AS at
          """, [PostgresValue(version.transaction), PostgresValue(version.mark)], timeout: .seconds(10), preparing: true
        ).only()
        guard let at = try row.getIfPresent("at", as: Int64.self) else { continue }
        committed.append(Committed(version: version, rank: (at, number, version.order)))
      }
      await session.close()
    }
    let winners = latest(of: committed) { $0.row }
    let owners = latest(of: winners.values.filter { $0.version.tag != nil && $0.version.unique != nil }) {
      $0.unique
    }
    var stands: [WrittenVersion.Row: Int64] = [:]
    for (row, winner) in winners where winner.version.unique == nil || owners[winner.version.unique]?.version.row == row
    {
      stands[row] = winner.version.tag
    }
    return try await standing(stands, winners.mapValues(\.version)) + logged(committed, stands)
  }

  private func latest<Key: Hashable>(
    of candidates: some Sequence<Committed>, by key: (WrittenVersion) -> Key
  ) -> [Key: Committed] {
    candidates.reduce(into: [:]) { best, candidate in
      let key = key(candidate.version)
      if let other = best[key], other.rank > candidate.rank { return }
      best[key] = candidate
    }
  }

  private func standing(
    _ wanted: [WrittenVersion.Row: Int64], _ winners: [WrittenVersion.Row: WrittenVersion]
  ) async throws -> [String] {
    var found: [String] = []
    for (number, side) in sides.enumerated() {
      let tags = try await tags(of: side)
      for row in Set(tags.keys).union(wanted.keys).sorted() where tags[row] != wanted[row] {
        let stands = tags[row].map { "version \($0)" } ?? "nothing"
        let winner = winners[row].map { "\($0)" } ?? "nothing"
        found.append("side \(number), row \(row): \(stands) stands, and \(winner) was the last")
      }
    }
    return found
  }

  private func tags(of side: Side) async throws -> [WrittenVersion.Row: Int64] {
    let session = try await side.session()
    let questions =
      schema.tables.map { ($0.table.name, $0.tags()) }
      + [(VersionedSchema.unique, "SELECT id AS number, tag FROM \(VersionedSchema.unique)")]
    var tags: [WrittenVersion.Row: Int64] = [:]
    for (table, sql) in questions {
      for row in try await session.query(sql, timeout: .seconds(10)) {
        tags[.init(table: table, number: try row.get("number"))] = try row.get("tag", as: Int64.self)
      }
    }
    await session.close()
    return tags
  }

  /// A version that nobody built upon and that did not win was discarded: it is in one log, once. None is there twice.
  private func logged(_ committed: [Committed], _ stands: [WrittenVersion.Row: Int64]) async throws -> [String] {
    var counts: [Int64: Int] = [:]
    for side in sides {
      let session = try await side.session()
      let rows = try await session.query(
        "SELECT discarded_row->>'tag' AS tag FROM signalbox.conflict WHERE discarded_row ? 'tag'",
        timeout: .seconds(10))
      for row in rows {
        if let tag = try row.getIfPresent("tag", as: Int64.self) { counts[tag, default: 0] += 1 }
      }
      await session.close()
    }
    let parents = Set(committed.compactMap(\.version.parent))
    var found: [String] = []
    for candidate in committed {
      guard let tag = candidate.version.tag else { continue }
      let count = counts[tag, default: 0]
      let isLost = stands[candidate.version.row] != tag && !parents.contains(tag)
      if count > 1 { found.append("version \(tag) of row \(candidate.version.row) was logged \(count) times") }
      if isLost, count == 0 {
        found.append("version \(tag) of row \(candidate.version.row) was lost and never logged: \(candidate.version)")
      }
    }
    return found
  }
}
