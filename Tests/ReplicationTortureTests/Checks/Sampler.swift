import PostgresAdapter
import TestSupport

/// Asks again and again, from outside and past every fault, for what must never be seen.
struct Sampler: Sendable {
  let findings: Findings
  let stop: Flag

  /// Rows that are always written in pairs, seen by a reader of the target in one glance: a difference is a part of a
  /// transaction that was made visible before the rest.
  func watchPairs(at side: Side) async {
    await repeating(side) { connection in
      let halves = try await connection.query(
        """
        SELECT l.id, l.v AS left, r.v AS right FROM left_half l FULL JOIN right_half r USING (id)
        WHERE l.v IS DISTINCT FROM r.v
        """, timeout: .seconds(10))
      guard let row = halves.first else { return }
      findings.add("a part of a transaction is visible: id \(try row.get("id", as: Int.self))")
    }
  }

  /// What the source believes to be durable, read before what is: the latter only grows.
  func watchAcknowledgement(of slot: String, at source: Side, link: String, target: Side) async {
    await repeating(source) { connection in
      let acknowledged = try await connection.query(
        "SELECT (confirmed_flush_lsn - '0/0')::text AS value FROM pg_replication_slots WHERE slot_name = $1",
        [.init(slot)], timeout: .seconds(5))
      guard let row = acknowledged.first, let before = Int64(try row.get("value", as: String.self)) else { return }
      let session = try await target.session()
      let stored = try? await session.query(
        "SELECT (position - '0/0')::text AS value FROM signalbox.link WHERE name = $1", [.init(link)],
        timeout: .seconds(5))
      await session.close()
      guard let row = stored?.first, let durable = Int64(try row.get("value", as: String.self)) else { return }
      // At zero a slot has been made and nothing begins with it yet.
      if durable > 0, before > durable {
        findings.add("acknowledged \(before), which is \(before - durable) bytes past the progress")
      }
    }
  }

  /// Gives the session back to `body` until it is time to stop; a server that dies is waited for.
  private func repeating(_ side: Side, _ body: (PostgresConnection) async throws -> Void) async {
    while !stop.isRaised {
      if let connection = try? await side.session() {
        do {
          while !stop.isRaised {
            try await body(connection)
            try await Task.sleep(for: .milliseconds(4))
          }
        } catch {}
        await connection.close()
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }
}
