import Operations
import PostgresAdapter
import PostgresTestSupport
import TestSupport

/// PostgreSQL's own subscription in the place of a link: what the harness finds with it is the harness's own fault.
struct NativeLink: ReplicationLinkPort {
  let source: Side
  let target: Side

  private var subscription: String { "sub_\(target.database)" }

  func inspect() async throws -> LinkInspection {
    let session = try await target.session()
    let row = try await session.query(
      """
      SELECT count(DISTINCT s.oid) AS subscriptions, count(r.srrelid) AS copying
      FROM pg_subscription s LEFT JOIN pg_subscription_rel r ON r.srsubid = s.oid AND r.srsubstate <> 'r'
      WHERE s.subname = $1
      """, [.init(subscription)], timeout: .seconds(5)
    ).only()
    await session.close()
    let exists = try row.get("subscriptions", as: Int.self) > 0
    return LinkInspection(
      needsBaseline: try row.get("copying", as: Int.self) > 0,
      slot: exists ? .init(name: subscription, active: true, retainedBytes: 0, safeBytes: nil) : nil,
      appliedPosition: exists ? .zero : nil)
  }

  func prepare() async throws -> LinkInspection {
    let found = try await inspect()
    guard !found.isPrepared else { return found }
    // An attempt before may have ended anywhere: also between the slot and the subscription that it is for.
    try await source.cluster.administer(
      """
      DROP PUBLICATION IF EXISTS native;
      CREATE PUBLICATION native FOR ALL TABLES WITH (publish_via_partition_root = true);
      SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '\(subscription)'
      """, database: source.database)
    let host = source.proxy.address
    try await target.cluster.administer(
      """
      CREATE SUBSCRIPTION \(subscription) CONNECTION
        'host=\(host) user=app password=\(TemporaryCluster.password.replacing(" ", with: "\\ ")) dbname=\(source.database)'
        PUBLICATION native WITH (synchronous_commit = on)
      """, database: target.database)
    return try await inspect()
  }

  /// The server keeps it going by itself.
  func stream(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    try await Task.sleep(for: .seconds(3600))
  }

  func copyBaseline(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    while try await inspect().needsBaseline { try await Task.sleep(for: .milliseconds(20)) }
  }

  func note(isPaused: Bool) async throws {}
  func sourcePosition() async throws -> LSN { .zero }
  func appliedPosition() async throws -> LSN { .zero }
  func remains() async throws -> String? { nil }
  func discard(tables: [String]) async throws {}
  func verify(
    tables: [String], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> [String: VerifyOutcome] { [:] }
  func repair(
    _ differences: [TableDifference], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> Int { 0 }
  func advanceSequences() async throws -> Int { 0 }

  func advanceSequencesAlone() async throws -> Int { 0 }
  func conflicts(newest limit: Int) async throws -> [ReplicationConflict] { [] }
  func reapply(conflict: Int64) async throws {}

  func tearDown() async throws {
    try? await target.cluster.administer("DROP SUBSCRIPTION IF EXISTS \(subscription)", database: target.database)
  }
}
