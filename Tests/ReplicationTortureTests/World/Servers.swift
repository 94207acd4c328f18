import Operations
import PostgresAdapter
import PostgresTestSupport
import TestSupport

/// Two servers and the networks to them, for many seeds, one after the other.
struct Servers: Sendable {
  private let clusters: [TemporaryCluster]
  private let proxies: [NetworkProxy]

  /// Settings that make what is lost in a crash large, and a link's mistakes visible.
  private static let settings = [
    "wal_level = logical", "track_commit_timestamp = on", "max_wal_senders = 20", "max_replication_slots = 20",
    "wal_sender_timeout = 5s", "wal_writer_delay = 200ms", "shared_buffers = 32MB", "max_connections = 80",
    "logical_decoding_work_mem = 64kB", "wal_retrieve_retry_interval = 500ms",
  ]

  /// - Parameter network: the third octet of the addresses 127.26.x.1, .2 (servers), .11, .12 (networks).
  static func start(network: Int) async throws -> Servers {
    var (clusters, proxies): ([TemporaryCluster], [NetworkProxy]) = ([], [])
    for number in 1...2 {
      let address = "127.26.\(network).\(number)"
      let cluster = try await TemporaryCluster.start(address: address, extraSettings: settings)
      try await cluster.administer(
        """
        ALTER ROLE app REPLICATION;
        GRANT SET ON PARAMETER session_replication_role TO app;
        """, database: "postgres")
      clusters.append(cluster)
      proxies.append(
        NetworkProxy(
          address: "127.26.\(network).1\(number)", port: TemporaryCluster.port,
          upstream: (address, TemporaryCluster.port)))
    }
    return Servers(clusters: clusters, proxies: proxies)
  }

  /// Two fresh databases.
  func sides(seed: UInt64) async throws -> (one: Side, other: Side) {
    let database = "seed\(seed)"
    for cluster in clusters {
      try await cluster.administer("CREATE DATABASE \(database) OWNER app", database: "postgres")
      // What no role but a superuser may call by itself: origins, for links that use them.
      try await cluster.administer(
        """
        DO $$ DECLARE f regprocedure; BEGIN
          FOR f IN SELECT oid FROM pg_proc WHERE proname LIKE 'pg_replication_origin%' LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO app', f);
          END LOOP; END $$;
        """, database: database)
    }
    let sides = zip(clusters, proxies).map { Side(cluster: $0, proxy: $1, database: database) }
    return (sides[0], sides[1])
  }

  /// Takes the databases away, with whatever a run left in them.
  func remove(seed: UInt64) async throws {
    for (cluster, proxy) in zip(clusters, proxies) {
      proxy.set(.fair)
      try await cluster.administer(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'seed\(seed)' OR backend_type = 'walsender';
        DO $$ BEGIN
          FOR i IN 1..200 LOOP
            EXIT WHEN NOT EXISTS (SELECT FROM pg_replication_slots WHERE active);
            PERFORM pg_sleep(0.02);
          END LOOP;
        END $$;
        SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = 'seed\(seed)';
        """, database: "postgres")
      try await cluster.administer("DROP DATABASE seed\(seed) WITH (FORCE)", database: "postgres")
    }
  }
}
