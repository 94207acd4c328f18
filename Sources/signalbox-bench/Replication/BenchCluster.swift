import FoundationEssentials
import Glibc

/// A PostgreSQL 15 cluster of a benchmark's own, with settings as in production. It goes with its owner.
final class BenchCluster {
  static let database = "bench"
  static let port = 5432
  /// The role that replicates; it owns the database and is no superuser.
  static let user = "bench"

  private static let settings = [
    "wal_level = logical", "track_commit_timestamp = on", "shared_buffers = 256MB", "max_wal_size = 4GB", "fsync = on",
    "max_connections = 60", "max_worker_processes = 16", "checkpoint_timeout = 15min",
  ]

  let address: String
  let directory: String
  private let server: Child
  private let log: String
  private let remover: UnsafeMutablePointer<FILE>?

  init(address: String, scratch: Scratch) throws {
    self.address = address
    directory = "/tmp/signalbox-bench-\(getpid())-\(address)"
    log = scratch.file("\(address).log")
    mkdir(directory, 0o755)
    // It reads until this process ends, however it ends, so no other child may hold that pipe open; then the directory
    // goes, which may hold gigabytes.
    remover = popen("trap : INT TERM HUP; cat; sleep 1; rm -rf '\(directory)'", "we")
    var prefix: [String] = []
    if getuid() == 0 {
      guard let account = getpwnam("postgres") else { throw BenchError("no user postgres: install postgresql-15") }
      chown(directory, account.pointee.pw_uid, account.pointee.pw_gid)
      prefix = [
        try Programs.system("setpriv", package: "util-linux"), "--reuid=postgres", "--regid=postgres", "--init-groups",
        "--pdeathsig", "KILL", "--",
      ]
    }
    let data = "\(directory)/data"
    _ = try Tool.run(
      prefix + [
        try Programs.postgres("initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "--no-sync",
      ], log: log)
    let lines = Self.settings + ["listen_addresses = '\(address)'", "unix_socket_directories = '\(directory)'"]
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: "\(data)/postgresql.auto.conf"))
    server = try Child(prefix + [try Programs.postgres("postgres"), "-D", data], files: .log(log))
    try Ports.wait(address: address, port: UInt16(Self.port))
    // It listens before it serves.
    _ = try Tool.run(
      ["/bin/sh", "-c", "until \(try Programs.postgres("pg_isready")) -q -h \(address); do sleep 0.05; done"], log: log)
    try execute(
      """
      CREATE ROLE \(Self.user) LOGIN REPLICATION;
      CREATE DATABASE \(Self.database) OWNER \(Self.user);
      GRANT SET ON PARAMETER session_replication_role TO \(Self.user);
      """, database: "postgres")
  }

  deinit {
    server.end(SIGQUIT)
    if let remover { pclose(remover) }
  }

  private func psql(_ database: String, _ user: String) throws -> [String] {
    [
      try Programs.postgres("psql"), "-h", address, "-U", user, "-d", database, "-AtqX", "-v", "ON_ERROR_STOP=1",
    ]
  }

  /// Runs a script as the superuser.
  func execute(_ script: String, database: String = BenchCluster.database) throws {
    for statement in script.split(separator: ";\n") {
      _ = try Tool.run(try psql(database, "postgres") + ["-c", String(statement)], log: log)
    }
  }

  /// One value, or several in one line with `|` between them.
  func value(_ sql: String, asOwner: Bool = false) throws -> String {
    let text = try Tool.output(
      try psql(Self.database, asOwner ? Self.user : "postgres") + ["-c", sql], log: log)
    return String(text.split(separator: "\n").last ?? "")
  }

  /// Runs a script of statements as the owner of the database, one transaction each.
  func write(_ statements: [String]) throws {
    for statement in statements {
      _ = try Tool.run(try psql(Self.database, Self.user) + ["-c", statement], log: log)
    }
  }

  /// Returns once a query has a row.
  func wait(for query: String) throws { _ = try value(Self.waiting(for: query)) }

  /// Begins to look for a row, from a session of its own.
  ///
  /// - Parameter output: a file that nobody else writes.
  func watch(for query: String, output: String) throws -> Watch {
    let command = try psql(Self.database, "postgres")
    let statements = [Self.waiting(for: query), "SELECT extract(epoch FROM clock_timestamp())"]
    return Watch(child: try Child(command + statements.flatMap { ["-c", $0] }, files: .log(output)), output: output)
  }

  private static func waiting(for query: String) -> String {
    """
    DO $$ BEGIN
      LOOP
        EXIT WHEN EXISTS (\(query));
        PERFORM pg_sleep(0.005);
      END LOOP;
    END $$
    """
  }

  /// Cleans up after what was deleted, and goes on doing so by itself only if asked: a server that begins to clean up
  /// within one round and not within another is measured instead of what the round is about.
  func vacuum(automaticAfterwards: Bool) throws {
    try execute(
      """
      ALTER SYSTEM SET autovacuum = \(automaticAfterwards ? "on" : "off");
      SELECT pg_reload_conf();
      VACUUM ANALYZE
      """)
  }

  /// pgbench against it.
  ///
  /// - Returns: transactions a second.
  @discardableResult
  func pgbench(_ arguments: [String]) throws -> Double {
    let output = try Tool.output(
      [try Programs.postgres("pgbench"), "-n", "-h", address, "-U", Self.user] + arguments + [Self.database], log: log)
    let line = output.split(separator: "\n").first { $0.hasPrefix("tps = ") }
    return line?.split(separator: " ").dropFirst(2).first.flatMap { Double($0) } ?? 0
  }

  /// User and system time of the processes that send the log, in seconds; 0 when there are none.
  func senderCPUSeconds() throws -> Double {
    let pids = try value("SELECT string_agg(pid::text, ' ') FROM pg_stat_replication")
    return pids.split(separator: " ").compactMap { pid_t($0) }.reduce(0) { $0 + ProcessUsage(pid: $1).cpuSeconds }
  }

  /// User and system time of the whole server so far, sessions that have ended included, in seconds.
  func cpuSeconds() -> Double {
    let postmaster = server.usage
    return postmaster.cpuSecondsWithEnded + postmaster.children.reduce(0) { $0 + ProcessUsage(pid: $1).cpuSeconds }
  }

  /// Waits until no process sends the log.
  func waitUntilNobodyReceives() throws {
    try wait(for: "SELECT WHERE NOT EXISTS (SELECT FROM pg_stat_replication)")
  }
}
