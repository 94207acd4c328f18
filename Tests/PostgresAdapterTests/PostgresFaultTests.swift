import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

/// Servers that freeze, die, change roles, or are not who they should be.
@Suite struct PostgresFaultTests {
  @Test func aFrozenServerCostsItsOwnStatementsOnly() async throws {
    let cluster = try await TemporaryCluster.start(address: "127.15.2.1")
    let healthy = try await PostgresConnectionTests.cluster.value
    let frozen = try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10))
    let other = try await PostgresConnection.connect(healthy.settings(), timeout: .seconds(10))
    let running = Task { try await frozen.query("SELECT pg_sleep(4)", timeout: .seconds(6)) }
    try await Task.sleep(for: .milliseconds(100))
    try await cluster.signal(SIGSTOP)
    let connecting = Task { try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(1)) }
    for _ in 0..<20 {
      let start = ContinuousClock.now
      #expect(try await other.query("SELECT 1", timeout: .seconds(5)).count == 1)
      #expect(start.duration(to: .now) < .seconds(3))
    }
    #expect(await #expect(throws: PostgresError.self) { try await running.value }?.kind == .timedOut)
    #expect(await #expect(throws: PostgresError.self) { try await connecting.value }?.kind == .timedOut)
    try await cluster.signal(SIGCONT)
    let again = try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10))
    #expect(try await again.query("SELECT 1", timeout: .seconds(5)).count == 1)
  }

  @Test func aKilledServerIsNoticedAndThePoolRecovers() async throws {
    let cluster = try await TemporaryCluster.start(address: "127.15.2.2")
    let pool = try PostgresPool(cluster.settings(), limits: PostgresPoolLimits(connections: 4))
    let running = Task {
      try await pool.withConnection(timeout: .seconds(5)) {
        try await $0.query("SELECT pg_sleep(60)", timeout: .seconds(90)).count
      }
    }
    _ = try await pool.query("SELECT 1", timeout: .seconds(5))
    while pool.usage.inUse == 0 { await Task.yield() }
    try await Task.sleep(for: .milliseconds(200))
    try await cluster.kill()
    let ended = await #expect(throws: PostgresError.self) { try await running.value }
    #expect(ended?.kind == .disconnected)
    let refused = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1", timeout: .seconds(5)) }
    #expect(refused?.kind == .connect)
    try await cluster.restart()
    let deadline = ContinuousClock.now + .seconds(20)
    var served = false
    while !served, .now < deadline {
      served = (try? await pool.query("SELECT 1", timeout: .seconds(5))) != nil
    }
    #expect(served)
    #expect(pool.usage.inUse == 0)
    await pool.close()
  }

  @Test func theCertificateIsVerified() async throws {
    let cluster = try await TemporaryCluster.start(address: "127.15.2.3", tls: true)
    var settings = cluster.settings()
    settings.security = .verifyHost(rootCertificateFile: cluster.certificateFile)
    let connection = try await PostgresConnection.connect(settings, timeout: .seconds(10))
    #expect(connection.security?.version == "TLSv1.3")
    // The certificate is for the address, and `localhost` names another.
    try await cluster.administer("ALTER SYSTEM SET listen_addresses = '127.15.2.3, 127.15.2.4'")
    try await cluster.kill()
    try await cluster.restart()
    settings.hosts = [PostgresSettings.Host("127.15.2.4")]
    let otherName = await #expect(throws: PostgresError.self) {
      try await PostgresConnection.connect(settings, timeout: .seconds(10))
    }
    #expect(otherName?.message.contains("does not match") == true, "\(otherName?.message ?? "")")
    // By way of another address it still is for the name.
    settings.hosts = [PostgresSettings.Host("127.15.2.3", address: "127.15.2.4")]
    _ = try await PostgresConnection.connect(settings, timeout: .seconds(10))
    settings.hosts = [PostgresSettings.Host("127.15.2.4")]
    settings.security = .verifyAuthority(rootCertificateFile: cluster.certificateFile)
    _ = try await PostgresConnection.connect(settings, timeout: .seconds(10))
    settings.security = .verifyHost(rootCertificateFile: "/etc/ssl/certs/ca-certificates.crt")
    let stranger = await #expect(throws: PostgresError.self) {
      try await PostgresConnection.connect(settings, timeout: .seconds(10))
    }
    #expect(stranger?.message.contains("certificate verify failed") == true, "\(stranger?.message ?? "")")
  }

  @Test func writesFollowThePromotion() async throws {
    let first = try await TemporaryCluster.start(address: "127.15.2.5")
    let second = try await TemporaryCluster.start(address: "127.15.2.6")
    for cluster in [first, second] { try await cluster.administer("CREATE TABLE t (n int); GRANT ALL ON t TO app") }
    try await second.administer("ALTER ROLE app SET default_transaction_read_only = on")
    var settings = first.settings()
    settings.hosts = [first.host, second.host]
    settings.targetSession = .readWrite
    let pool = try PostgresPool(settings, limits: PostgresPoolLimits(connections: 3))
    let insert = "INSERT INTO t VALUES ($1)"
    try await pool.query(insert, [1], timeout: .seconds(5))
    #expect(pool.host == first.host)

    // The fence: a revoked right, which open sessions feel, and read-only sessions, which new ones do.
    try await first.administer("REVOKE INSERT ON t FROM app; ALTER ROLE app SET default_transaction_read_only = on")
    try await second.administer("ALTER ROLE app SET default_transaction_read_only = off")
    try await pool.query(insert, [2], timeout: .seconds(5))
    #expect(pool.host == second.host)

    // The new primary freezes, and the old one takes over: new sessions pass over the silent host.
    try await first.administer("GRANT INSERT ON t TO app; ALTER ROLE app SET default_transaction_read_only = off")
    try await second.signal(SIGSTOP)
    pool.retire()
    try await pool.query(insert, [3], timeout: .seconds(10))
    #expect(pool.host == first.host)
    let numbers = try await pool.query("SELECT n FROM t ORDER BY n", timeout: .seconds(5))
    #expect(try numbers.map { try $0.get("n", as: Int.self) } == [1, 3])
    await pool.close()
  }
}
