import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import Testing

@testable import PostgresReplication

/// Two servers, and what compares them.
struct VerifyPair: Sendable {
  let source: TemporaryCluster
  let target: TemporaryCluster
  var settings: LinkSettings
  var limits = VerifyLimits()

  /// - Parameter number: of the pair: its addresses are its own.
  static func start(
    _ number: Int, sourceSettings: [String] = [], targetSettings: [String] = []
  ) async throws -> VerifyPair {
    let logical = ["wal_level = logical", "max_wal_size = '2GB'"]
    async let first = TemporaryCluster.start(address: "127.23.\(number).1", extraSettings: logical + sourceSettings)
    async let second = TemporaryCluster.start(address: "127.23.\(number).2", extraSettings: logical + targetSettings)
    let (source, target) = try await (first, second)
    for cluster in [source, target] {
      try await cluster.administer("ALTER ROLE app SUPERUSER; GRANT ALL ON SCHEMA public TO app")
    }
    let settings = LinkSettings(
      id: LinkID("a-b"), mode: .stream, sourceNode: CloudID("a"),
      targetNode: CloudID("b"), source: source.settings(), target: target.settings())
    var pair = VerifyPair(source: source, target: target, settings: settings)
    pair.limits.restShare = 0
    return pair
  }

  /// As the role `app`, which owns what it makes.
  func run(_ sql: String, on sides: [Side] = [.source, .target]) async throws {
    for side in sides {
      let session = try await connect(side)
      try await session.execute(sql, timeout: .seconds(120))
      await session.close()
    }
  }

  func connect(_ side: Side) async throws -> PostgresConnection {
    try await PostgresConnection.connect(
      side == .source ? settings.source : settings.target, timeout: .seconds(10))
  }

  /// The only value that a query gives.
  func value(_ sql: String, on side: Side) async throws -> String {
    let session = try await connect(side)
    let result = try await session.query(sql, timeout: .seconds(60))
    await session.close()
    return try result.only().get(try #require(result.columnNames.first))
  }

  func tables() async throws -> [TableShape] {
    let session = try await connect(.source)
    let tables = try await TableCatalog.tables(on: session, in: ["public"])
    await session.close()
    return tables
  }

  /// Compares two sides between which nothing moves.
  func verify(
    appliedPosition: (@Sendable () async throws -> LSN)? = nil
  ) async throws -> [String: VerifyOutcome] {
    try await Verifier(settings: settings, limits: limits).verify(
      tables: try await tables(), appliedPosition: appliedPosition ?? { LSN(.max) }, progress: { _ in })
  }

  /// Replicates with PostgreSQL's own subscription.
  func subscribe() async throws {
    try await run("CREATE PUBLICATION everything FOR ALL TABLES", on: [.source])
    try await target.administer(
      """
      CREATE SUBSCRIPTION everything CONNECTION
        'host=\(source.address) dbname=app user=app password=''\(TemporaryCluster.password)'''
        PUBLICATION everything WITH (copy_data = false)
      """)
  }

  /// What the subscription has made durable at the target, as the source knows it.
  func subscriptionPosition() async throws -> @Sendable () async throws -> LSN {
    let session = try await connect(.source)
    return {
      let sql = "SELECT confirmed_flush_lsn AS position FROM pg_replication_slots WHERE slot_name = 'everything'"
      return LSN(try await session.query(sql, timeout: .seconds(5)).only().get("position")) ?? .zero
    }
  }
}

extension VerifySummary {
  var counts: [Int] { [missing, surplus, unlike] }
}
