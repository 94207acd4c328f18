import Operations
import PostgresAdapter

/// What must stand at the end where both sides were written: of each key the version with the latest commit.
struct Winners {
  private struct Committed {
    var version: WrittenVersion
    var rank: (Int64, Int, Int)
  }

  let sides: [Side]
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
    var winners: [Int: Committed] = [:]
    for candidate in committed {
      guard let best = winners[candidate.version.id], best.rank > candidate.rank else {
        winners[candidate.version.id] = candidate
        continue
      }
    }
    return try await standing(winners) + logged(committed, winners)
  }

  private func standing(_ winners: [Int: Committed]) async throws -> [String] {
    var found: [String] = []
    for (number, side) in sides.enumerated() {
      let session = try await side.session()
      let rows = try await session.query("SELECT id, tag FROM doc", timeout: .seconds(10))
      var tags: [Int: Int64] = [:]
      for row in rows { tags[try row.get("id")] = try row.get("tag", as: Int64.self) }
      await session.close()
      for (id, winner) in winners.sorted(by: { $0.key < $1.key }) where tags[id] != winner.version.tag {
        let stands = tags[id].map { "version \($0)" } ?? "nothing"
        found.append("side \(number), row \(id): \(stands) stands, and \(winner.version) won")
      }
    }
    return found
  }

  /// A version that nobody built upon and that did not win was discarded: it is in one log, once. None is there twice.
  private func logged(_ committed: [Committed], _ winners: [Int: Committed]) async throws -> [String] {
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
      let isLost = winners[candidate.version.id]?.version.tag != tag && !parents.contains(tag)
      if count > 1 { found.append("version \(tag) of row \(candidate.version.id) was logged \(count) times") }
      if isLost, count == 0 {
        found.append("version \(tag) of row \(candidate.version.id) was lost and never logged: \(candidate.version)")
      }
    }
    return found
  }
}
