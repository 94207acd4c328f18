import FailoverEngine
import Operations
import PostgresAdapter
import PostgresRole
import PostgresTestSupport
import ReplicationEngine
import Simulation
import TestSupport

@testable import PostgresReplication

/// Two servers with roles as a real installation has them, a link between them and a host that plays plans, all real but
/// the traffic. The host reaches the first server's log through a network that can be cut.
final class RejoinBench: Sendable {
  static let awsID = CloudID("aws")
  static let azureID = CloudID("azure")
  static let link = LinkID("aws-azure")

  let aws: TemporaryCluster
  let azure: TemporaryCluster
  let network: NetworkProxy
  let roles: [CloudID: PostgresRole]
  let directory = ExportDirectory()
  let journal = MemoryJournal()
  let mode: ReplicationMode

  private static let schema = """
    CREATE SCHEMA shop AUTHORIZATION app_owner; GRANT USAGE ON SCHEMA shop TO app; SET ROLE app_owner;
    CREATE TABLE shop.account (id int PRIMARY KEY, owner text, email text UNIQUE);
    CREATE TABLE shop.entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account int REFERENCES shop.account,
      amount numeric(12,2));
    CREATE TABLE shop.page (id int PRIMARY KEY, title text, body text); ALTER TABLE shop.page ALTER body SET STORAGE EXTERNAL;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shop TO app;
    INSERT INTO shop.account VALUES (1, 'Ann', 'ann@x'), (2, 'Bob', 'bob@x'), (3, 'Cid', NULL), (4, 'Dee', NULL);
    INSERT INTO shop.page VALUES (1, 'first', repeat('x', 3000));
    """

  /// - Parameter number: the third part of the addresses, which no other test uses.
  init(_ number: Int, mode: ReplicationMode = .stream) async throws {
    self.mode = mode
    let settings = [
      "wal_level = logical", "track_commit_timestamp = on", "max_replication_slots = 8", "max_wal_senders = 8",
      // A power cut must not take what was acknowledged.
      "fsync = on", "wal_sender_timeout = 5s",
    ]
    aws = try await TemporaryCluster.start(address: "127.22.\(number).1", extraSettings: settings)
    azure = try await TemporaryCluster.start(address: "127.22.\(number).2", extraSettings: settings)
    network = NetworkProxy(
      address: "127.22.\(number).3", port: TemporaryCluster.port, upstream: (aws.address, TemporaryCluster.port))
    var roles: [CloudID: PostgresRole] = [:]
    for (cloud, cluster) in [(Self.awsID, aws), (Self.azureID, azure)] {
      try await cluster.administer(
        """
        CREATE ROLE app_owner LOGIN; CREATE ROLE signalbox LOGIN REPLICATION PASSWORD '\(TemporaryCluster.password)'
          \(mode == .native ? "SUPERUSER" : "");
        GRANT app, app_owner TO signalbox; ALTER DATABASE app OWNER TO app_owner;
        GRANT SET ON PARAMETER session_replication_role TO signalbox;
        """, database: "postgres")
      try await cluster.administer("GRANT CREATE ON DATABASE app TO signalbox; \(Self.schema)")
      if cloud == Self.azureID { try await cluster.administer("TRUNCATE shop.account, shop.entry, shop.page") }
      var settings = cluster.settings()
      settings.user = "signalbox"
      let role = try PostgresRole(
        settings: settings, applicationRole: "app", actor: "kit@ops1",
        limits: RoleLimits(statement: .seconds(2), call: .seconds(10)))
      try await role.prepare()
      roles[cloud] = role
    }
    self.roles = roles
    _ = try await roles[Self.azureID]?.fence(generation: Generation(1))
    _ = try await roles[Self.awsID]?.promote(generation: Generation(1))
  }

  // MARK: - The host

  /// One life of a host.
  struct Life: Sendable {
    let runner: PlanRunner
    let engine: ReplicationEngine
    let task: Task<Void, Never>

    func end() async {
      await runner.stop()
      task.cancel()
      await task.value
    }
  }

  /// - Parameter journal: another host's; nil for the one that remembers.
  func live(_ journal: MemoryJournal? = nil) -> Life {
    let journal = journal ?? self.journal
    let configured = ReplicatedLink(id: Self.link, mode: mode, source: Self.awsID, target: Self.azureID)
    var times = ReplicationTimes()
    times.inspection = .seconds(1)
    let engine = ReplicationEngine(
      links: [configured], journal: journal, clock: ContinuousClock(), wallClock: TrueTime(), times: times
    ) { [self] link, generation in
      var settings = settings(source: link.source)
      settings.generation = generation
      return LinkPorts.make(settings)
    }
    let sight = RoleSight(
      health: { _ in nil }, shares: { nil }, loss: { _, _ in nil }, leaseEnd: { _ in nil })
    let performer = FailoverPerformer(
      weights: Traffic(), replication: engine,
      roles: RolePerformer(
        roles: roles, sight: sight, times: RoleTimes(ttl: .seconds(1)),
        divergence: PostgresDivergence(directory: directory.path) { [self] _, source in settings(source: source) },
        clock: ContinuousClock(), wallClock: TrueTime()), clock: ContinuousClock())
    let runner = PlanRunner(
      journal: journal, performers: [.failover: performer], clock: TrueTime(), fence: { nil }, onChange: { _ in })
    return Life(runner: runner, engine: engine, task: Task { await engine.run() })
  }

  private struct TrueTime: WallClock {
    func now() -> Timestamp { SystemClock.now }
  }

  private struct Traffic: StepPerformer {
    func perform(
      _ action: StepAction, progress: @escaping @Sendable (String) async -> Void
    ) async throws -> String { "traffic is not looked at" }
  }

  func settings(source: CloudID) -> LinkSettings {
    let target = source == Self.awsID ? Self.azureID : Self.awsID
    var settings = LinkSettings(
      id: Self.link, mode: mode, sourceNode: source, targetNode: target, source: way(source), target: way(target),
      schemas: ["shop"])
    // The servers reach each other without the network in between.
    if mode == .native, source == Self.awsID { settings.nativeRoute = NativeRoute(host: aws.host) }
    return settings
  }

  private func way(_ cloud: CloudID) -> PostgresSettings {
    var settings = (cloud == Self.awsID ? aws : azure).settings()
    if cloud == Self.awsID { settings.hosts = [.init(network.address, port: network.port)] }
    settings.user = "signalbox"
    return settings
  }

  // MARK: - Plans

  func link(_ life: Life) async -> ReplicationLinkSnapshot? { await life.engine.view(at: SystemClock.now).first }

  /// The plan, made of what is seen now.
  func plan(_ request: FailoverRequest, _ life: Life) async throws -> Plan {
    let now = SystemClock.now
    func seen<Value>(_ value: Value) -> Observation<Value> {
      Observation(value, source: "test", observedAt: now, staleAfter: .seconds(60))
    }
    var failover = FailoverSnapshot(state: .watching, policy: .manual, isPaused: false, since: now, ledger: [])
    var clouds: [CloudSnapshot] = []
    var writers: [CloudID] = []
    for (cloud, control) in roles.sorted(by: { $0.key < $1.key }) {
      var snapshot = CloudSnapshot(
        id: cloud, region: "r", verdict: seen(HealthVerdict(health: .healthy, reasons: [], since: now)))
      if let role = try? await control.read() {
        failover.roles.append(.init(cloud: cloud, role: seen(role)))
        snapshot.database = seen(
          DatabaseSnapshot(
            role: role.takesWrites ? .primary : .secondary, writable: role.takesWrites, connections: 1,
            maxConnections: 60, version: "15"))
        if role.takesWrites { writers.append(cloud) }
      }
      clouds.append(snapshot)
    }
    var records = RecordSetSnapshot(name: "app.example.test", ttl: .seconds(1), provider: "test")
    records.configured = seen(Weights([(Self.awsID, 50), (Self.azureID, 50)]))
    var snapshot = Snapshot(
      service: "app", generatedAt: now,
      generation: failover.roles.map(\.role.value.generation).max() ?? Generation(1),
      primary: writers.count == 1 ? writers[0] : nil, automation: .manual,
      lease: LeaseSnapshot(holder: "kit@ops1", heldHere: true), clouds: clouds, recordSet: records)
    snapshot.replication = await link(life).map { [$0] } ?? []
    snapshot.failover = failover
    var settings = FailoverPlanSettings(headroom: 0, minimumInterval: .zero)
    settings.catchUp = .seconds(2)
    return try FailoverPlanner(settings: settings).plan(
      request, id: PlanID("p-\(journal.all.count)"), in: snapshot, now: now)
  }

  @discardableResult
  func play(_ request: FailoverRequest, _ life: Life) async throws -> OperationSnapshot {
    try await play(plan(request, life), life)
  }

  func play(_ plan: Plan, _ life: Life) async throws -> OperationSnapshot {
    let id = try await life.runner.start(plan, overriding: plan.blocking.map(\.name), actor: "kit@ops1")
    guard let ended = await life.runner.wait(for: id) else { throw HostError.failed("the plan is not known") }
    return ended
  }

  /// Waits until the link is as wanted.
  func reach(_ life: Life, _ isWanted: (ReplicationLinkSnapshot) -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      if let link = await link(life), isWanted(link) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw HostError.failed("not reached: \(String(describing: await link(life)))")
  }

  /// Waits until everything that is committed now has arrived.
  func drain(_ life: Life) async throws {
    _ = try await life.engine.perform(.sync(.drain(Self.link))) { _ in }
  }

  // MARK: - Rows

  /// What the application does.
  func write(_ sql: String, at cluster: TemporaryCluster) async throws {
    let session = try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10))
    do {
      try await session.execute(sql, timeout: .seconds(10))
      await session.close()
    } catch {
      await session.close()
      throw error
    }
  }

  /// Every row of every table, as text.
  func rows(at cluster: TemporaryCluster) async throws -> [String] {
    var settings = cluster.settings()
    settings.user = "signalbox"
    let session = try await PostgresConnection.connect(settings, timeout: .seconds(10))
    var rows: [String] = []
    for table in ["account", "entry", "page"] {
      rows += try await LinkBench.column(
        "SELECT '\(table) ' || regexp_replace(t::text, '(x+x)', 'x…') FROM shop.\(table) t ORDER BY id", on: session)
    }
    await session.close()
    return rows
  }
}
