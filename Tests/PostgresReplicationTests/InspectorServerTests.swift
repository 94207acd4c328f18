import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// What only a server of one's own can show: its settings, its log that runs out, its encoding.
@Suite struct InspectorServerTests {
  private func settings(
    _ source: TemporaryCluster, _ target: TemporaryCluster, _ mode: ReplicationMode = .stream
  ) -> LinkSettings {
    LinkSettings(
      id: LinkID("own"), mode: mode, sourceNode: CloudID("a"), targetNode: CloudID("b"), source: source.settings(),
      target: target.settings())
  }

  private func restart(_ cluster: TemporaryCluster) async throws {
    try await cluster.kill()
    try await cluster.restart()
  }

  @Test func settingsOfTheServersAreNamedAndMended() async throws {
    let source = try await TemporaryCluster.start(
      address: "127.28.0.1", extraSettings: ["wal_level = replica", "max_replication_slots = 1", "max_wal_senders = 0"])
    let target = try await TemporaryCluster.start(address: "127.28.0.2")
    try await source.administer(
      """
      ALTER ROLE app REPLICATION; SELECT pg_create_physical_replication_slot('standby');
      SET ROLE app; CREATE TABLE t (a int PRIMARY KEY)
      """)
    try await target.administer("SET ROLE app; CREATE TABLE t (a int PRIMARY KEY)")
    let inspector = Inspector(settings: settings(source, target, .streamBoth))
    let found = try await inspector.inspect().obstacles
    for part in ["wal_level replica", "all of its 1 replication slots", "all of its 0 senders"] {
      #expect(found.contains { $0.contains(part) }, "\(part) in \(found)")
    }
    #expect(found.filter { $0.contains("track_commit_timestamp = on, then restart the server") }.count == 2)
    for obstacle in found {
      let begin = try #require(obstacle.firstRange(of: "ALTER SYSTEM")?.lowerBound, "\(obstacle)")
      let end = try #require(obstacle.firstRange(of: ", then restart the server")?.lowerBound)
      try await (obstacle.contains("target") ? target : source).administer(String(obstacle[begin..<end]))
    }
    try await restart(source)
    try await restart(target)
    #expect(try await inspector.inspect().obstacles == [])
    await (try await Preparation(settings: inspector.settings).make()).snapshot?.close()
    #expect(try await inspector.inspect().obstacles == [])

    // A provider's settings are not changed with SQL.
    try await source.administer("ALTER SYSTEM SET wal_level = replica; CREATE ROLE azure_pg_admin")
    try await source.administer("SELECT pg_drop_replication_slot('signalbox_a_b')")
    try await restart(source)
    #expect(
      try await inspector.inspect().obstacles.contains { $0.contains("set the server parameter wal_level to logical") })
    try await source.administer("CREATE ROLE rds_superuser")
    #expect(try await inspector.inspect().obstacles.contains { $0.contains("rds.logical_replication = 1") })
  }

  @Test func logThatTheSourceHasThrownAwayIsNoticedBeforeAndAfter() async throws {
    let source = try await TemporaryCluster.start(
      address: "127.28.0.3",
      extraSettings: ["wal_level = logical", "max_slot_wal_keep_size = 64MB", "min_wal_size = 32MB"])
    let target = try await TemporaryCluster.start(address: "127.28.0.4")
    try await source.administer(
      "ALTER ROLE app REPLICATION; SET ROLE app; CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1)")
    try await target.administer("SET ROLE app; CREATE TABLE t (a int PRIMARY KEY)")
    let inspector = Inspector(settings: settings(source, target))
    let snapshot = try await Preparation(settings: inspector.settings).make().snapshot
    try await Baseline(settings: inspector.settings).copy(from: snapshot) { _ in }
    let sound = try await inspector.inspect()
    #expect(sound.obstacles == [] && sound.warnings == [])
    let fill = "SELECT pg_switch_wal(); INSERT INTO t VALUES ("
    try await source.administer((2..<6).map { "\(fill)\($0));" }.joined())
    let short = try await inspector.inspect()
    #expect(short.obstacles == [])
    #expect(short.warnings.contains { $0.contains("will be lost after") }, "\(short.warnings)")
    try await source.administer((6..<16).map { "\(fill)\($0));" }.joined() + "CHECKPOINT; CHECKPOINT;")
    let lost = try await inspector.inspect()
    #expect(lost.obstacles.count == 1)
    #expect(lost.obstacles.first?.contains("thrown away log that the target needs") == true, "\(lost.obstacles)")
    #expect(lost.obstacles.first?.contains("signalbox sync baseline --link own") == true)
    let error = await #expect(throws: LinkFailure.self) {
      try await Preparation(settings: inspector.settings).make()
    }
    guard case .slotLost = error else { return #expect(error == nil) }
    // What the obstacle asks for: the copies are given up.
    try await PostgresLink(settings: inspector.settings).discard(tables: ["public.t"])
    let link = PostgresLink(settings: inspector.settings)
    #expect(try await link.prepare().obstacles == [])
    try await link.copyBaseline { _ in }
    #expect(try await inspector.inspect().obstacles == [])
    #expect(try await target.dump(of: "t").split(separator: "\n").count == 15)
  }

  @Test func bytesWithoutAnEncodingAreRefused() async throws {
    let bench = try await LinkBench("CREATE TABLE t (a text PRIMARY KEY)")
    let name = "\(bench.database)_ascii"
    try await bench.source.administer(
      "CREATE DATABASE \(name) OWNER app TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'", database: "postgres")
    try await bench.source.administer("SET ROLE app; CREATE TABLE t (a text PRIMARY KEY)", database: name)
    var settings = bench.settings
    settings.source.database = name
    let found = try await Inspector(settings: settings).inspect()
    #expect(found.obstacles.count == 1)
    #expect(found.obstacles.first?.contains("SQL_ASCII") == true)
  }
}
