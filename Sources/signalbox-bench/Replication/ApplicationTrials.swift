/// The web application's own database: the copy of everything, as the report made it every ten minutes, and what a link
/// that runs takes to bring one row in a hundred over.
struct ApplicationTrials {
  let bench: ReplicationBench
  let copies: CopyTrials
  let scratch: Scratch
  let progress: (String) -> Void

  private static let accounts = 1000
  private static let changes = "done = NOT done, version = version + 1, updated_at = now()"
  /// What will be changed, in a schema that nobody replicates: to search for it is not part of the change.
  private static let picked = "CREATE UNLOGGED TABLE bench.picked (id uuid)"

  func figures() throws -> [Figure] {
    let source = try BenchCluster(address: "127.26.16.7", scratch: scratch)
    let target = try BenchCluster(address: "127.26.16.8", scratch: scratch)
    progress("replication: making the application's database, \(bench.tasks) tasks")
    try migrate(source)
    try source.write([ReplicationSchema.marks, fillAccounts, fillTasks, "CREATE SCHEMA bench", Self.picked])
    try source.execute("VACUUM ANALYZE")
    var (changed, atSource, oneByOne, peer): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for round in 1...bench.rounds {
      progress("replication: the application's database, round \(round) of \(bench.rounds)")
      try empty(target)
      peer.append(try copies.seconds { try copies.dumpAndRestore(source, target, options: "") })
      try empty(target)
      try copies.dumpAndRestore(source, target, options: "--schema-only")
      try source.write(["TRUNCATE bench.picked", pick(round)])
      let link = OwnReceiver(source: source, target: target, scratch: scratch)
      try link.copyBaseline()
      try link.start()
      try link.drain()
      for side in [source, target] { try side.execute("CHECKPOINT") }
      let change = try secondsUntilInStep(source, target, mark: 1_000_000 + round, Self.atOnce)
      changed.append(change.inStep)
      atSource.append(change.atSource)
      oneByOne.append(try secondsUntilInStep(source, target, mark: 2_000_000 + round, Self.oneByOne).inStep)
      try link.stop()
      try copies.forget(source)
    }
    return [
      Figure(
        "the application's \(bench.tasks) tasks: in step after 1 % changed one by one, beside the copy of everything",
        "times a second", ours: oneByOne.map { 1 / $0 }, peer: peer.map { 1 / $0 }, aim: .ratioAtLeast(50)),
      Figure(
        "  the same, all in one transaction",
        "times a second", ours: changed.map { 1 / $0 }, peer: peer.map { 1 / $0 }, aim: .ratioAtLeast(50)),
      // What a server takes at least for so many rows all over a table, each with two indexes.
      Figure("  that, beside what the source itself took for it", "s", ours: changed, peer: atSource),
    ]
  }

  /// Nothing of it is sent before its end.
  private static func atOnce(mark: Int) -> String {
    """
    WITH changed AS (UPDATE tasks SET \(changes) FROM bench.picked WHERE tasks.id = picked.id)
    INSERT INTO mark VALUES (\(mark))
    """
  }

  /// As people do who use the application.
  private static func oneByOne(mark: Int) -> String {
    """
    DO $$ DECLARE task uuid; BEGIN
      FOR task IN SELECT id FROM bench.picked LOOP
        UPDATE tasks SET \(changes) WHERE id = task;
        COMMIT;
      END LOOP;
      INSERT INTO mark VALUES (\(mark));
    END $$
    """
  }

  /// How long the change takes at the source, and from its last commit until the target shows that. Both servers have
  /// this machine's clock.
  ///
  /// - Parameters:
  ///   - mark: past those that the table numbers by itself.
  ///   - change: ends with the mark that it is given.
  private func secondsUntilInStep(
    _ source: BenchCluster, _ target: BenchCluster, mark: Int, _ change: (Int) -> String
  ) throws -> (atSource: Double, inStep: Double) {
    let watch = try target.watch(for: "SELECT FROM mark WHERE id = \(mark)", output: scratch.file("watch\(mark).log"))
    let atSource = try copies.seconds { try source.write([change(mark)]) }
    let seen = try watch.timeSeen()
    let committed = try source.value(
      "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM mark WHERE id = \(mark)")
    guard let committed = Double(committed) else { throw BenchError("no time of the change: \(committed)") }
    return (atSource, seen - committed)
  }

  private func pick(_ round: Int) -> String {
    "INSERT INTO bench.picked SELECT id FROM tasks WHERE abs(hashtext(id::text) % 100) = \(round)"
  }

  private func migrate(_ cluster: BenchCluster) throws {
    _ = try Tool.run(
      [try Programs.own("signalbox-workload"), "migrate"], log: scratch.file("migrate.log"),
      environment: [
        "WORKLOAD_DATABASE_WRITE_HOSTS": "\(cluster.address):\(BenchCluster.port)",
        "WORKLOAD_DATABASE_NAME": BenchCluster.database,
        "WORKLOAD_DATABASE_USER": BenchCluster.user, "WORKLOAD_DATABASE_ROOT_CERTIFICATE": "none",
        // The servers trust everybody.
        "WORKLOAD_DATABASE_PASSWORD_FILE": try scratch.write("none", to: "password"),
      ])
  }

  private var fillAccounts: String {
    """
    INSERT INTO accounts (email, password_hash)
    SELECT 'user' || g || '@example.com', md5(g::text) FROM generate_series(1, \(Self.accounts)) g
    """
  }

  /// Titles of about forty characters and notes of up to six hundred, as people write them.
  private var fillTasks: String {
    """
    INSERT INTO tasks (account_id, title, notes)
    SELECT a.id, 'Look after ' || md5(g::text), left(repeat(md5(g::text) || ' ', 18), (hashtext(g::text) & 511) + 88)
    FROM generate_series(1, \(bench.tasks)) g
    JOIN (SELECT id, row_number() OVER () AS number FROM accounts) a ON a.number = 1 + g % \(Self.accounts)
    """
  }

  private func empty(_ target: BenchCluster) throws {
    try target.execute(
      """
      DROP TABLE IF EXISTS accounts, sessions, tasks, announcements, login_attempts, mark CASCADE;
      DROP SCHEMA IF EXISTS signalbox CASCADE;
      CHECKPOINT
      """)
  }
}
