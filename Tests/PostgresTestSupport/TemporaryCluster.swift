internal import Dispatch
public import PostgresAdapter
internal import Glibc
internal import Operations
internal import Synchronization
public import TestSupport

/// A PostgreSQL server of a test's own, in a temporary directory and on a loopback address that no other test uses. It
/// ends, and its directory goes, with the last reference or with the test's process.
///
/// The server refuses to run as root, so root runs it as the user `postgres`.
public final class TemporaryCluster: Sendable {
  public static let port = 5432
  public static let password = "correct horse"
  private static let binaries = "/usr/lib/postgresql/15/bin"

  public let directory: String
  public let address: String
  /// What holds its files, where it has a disk of its own. Such a server is not killed or frozen.
  public let disk: TinyDisk?
  private let janitor: ChildProcess
  private let server = Mutex<ChildProcess?>(nil)
  private static let started = Atomic(0)

  /// Creates and starts a server. The role `app` logs in with ``password`` and owns the database `app`.
  ///
  /// - Parameters:
  ///   - address: of 127.0.0.0/8; with `tls`, the certificate is for it.
  ///   - diskKilobytes: of a disk of its own, on which it is started again whenever it ends.
  public static func start(
    address: String, tls: Bool = false, extraSettings: [String] = [], diskKilobytes: Int? = nil
  ) async throws -> TemporaryCluster {
    try await offPool {
      try TemporaryCluster(address: address, tls: tls, extraSettings: extraSettings, diskKilobytes: diskKilobytes)
    }
  }

  private init(address: String, tls: Bool, extraSettings: [String], diskKilobytes: Int?) throws {
    self.address = address
    // A directory of its own, also where a test starts two servers at one address: the first one's goes a little later
    // than the first one.
    let count = Self.started.add(1, ordering: .relaxed).newValue
    let directory = "/tmp/signalbox-postgres-\(getpid())-\(count)-\(address)"
    self.directory = directory
    disk = diskKilobytes.map { TinyDisk(at: "\(directory)/disk", kilobytes: $0) }
    // A server that was killed leaves a segment of shared memory, which its file names; and a background writer whose
    // files are gone fails again and again, and never comes to see that its parent is dead.
    let stragglers = "find /proc -maxdepth 2 -name cwd -lname '\(directory)/data' | cut -d/ -f3"
    let clean = """
      ipcrm -m $(sed -n '7s/.* //p' \(directory)/data/postmaster.pid)
      kill -KILL $(\(stragglers)); rm -rf \(directory)
      """
    janitor = ChildProcess(
      [
        "sh", "-c",
        "clean() { kill $sleeper; sleep 0.2; \(clean); exit; }; trap clean HUP INT TERM; sleep 86400 & sleeper=$!; wait",
      ], signal: "TERM")
    let owner = getuid() == 0 ? "chown postgres:postgres '\(directory)'" : "true"
    try Self.shell("rm -rf '\(directory)' && mkdir -p '\(directory)/disk' && \(owner)")
    let settings =
      [
        "listen_addresses = '\(address)'", "port = \(Self.port)", "unix_socket_directories = '\(directory)'",
        // In the directory, not in /dev/shm: what a killed server leaves there would stay.
        "dynamic_shared_memory_type = mmap", "fsync = off", "max_connections = 60", "shared_buffers = 8MB",
        "autovacuum = off",
      ] + (tls ? ["ssl = on", "ssl_min_protocol_version = 'TLSv1.3'"] : []) + extraSettings
    try asServerUser(
      """
      set -e
      cd '\(directory)'
      printf '%s' '\(Self.password)' > password
      \(Self.binaries)/initdb -D data -U postgres --auth=scram-sha-256 --pwfile=password --locale=C.UTF-8 --no-sync \
        --wal-segsize=\(disk == nil ? 16 : 1)
      cat >> data/postgresql.conf <<'CONF'
      \(settings.joined(separator: "\n"))
      CONF
      printf '%s\\n' 'local all all trust' 'host all all 127.0.0.0/8 scram-sha-256' > data/pg_hba.conf
      \(tls ? Self.certificates(for: address) : "")
      """)
    try startBlocking()
    try administerBlocking("CREATE ROLE app LOGIN PASSWORD '\(Self.password)'; ", database: "postgres")
    try administerBlocking("CREATE DATABASE app OWNER app", database: "postgres")
  }

  deinit { if disk == nil { try? signalBlocking(SIGCONT) } }

  public var host: PostgresSettings.Host { PostgresSettings.Host(address, port: Self.port) }
  public var certificateFile: String { "\(directory)/root.crt" }

  /// To enter the database `app` as the role `app`.
  public func settings(password: String = TemporaryCluster.password) -> PostgresSettings {
    PostgresSettings(hosts: [host], database: "app", user: "app", password: Secret(password), security: .none)
  }

  /// Starts the server and returns once it takes connections.
  public func restart() async throws { try await Self.offPool { try self.startBlocking() } }

  /// Kills the server as a power cut would.
  public func kill() async throws { try await Self.offPool { self.killBlocking() } }

  /// Runs SQL as the superuser, beside the adapter.
  public func administer(_ sql: String, database: String = "app") async throws {
    try await Self.offPool { try self.administerBlocking(sql, database: database) }
  }

  /// All rows of a table, one on a line.
  public func dump(of table: String) async throws -> String {
    try await Self.offPool {
      ChildProcess.run([
        "\(Self.binaries)/psql", "-h", self.directory, "-U", "postgres", "-d", "app", "-AtqX", "-c", "TABLE \(table)",
      ]).output
    }
  }

  /// Stops or continues every process of the server: after `SIGSTOP` it is there and says nothing.
  public func signal(_ number: Int32) async throws { try await Self.offPool { try self.signalBlocking(number) } }

  /// Keeps what blocks away from the threads that the tests share.
  private static func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      // Not a global queue: its threads are those that tasks run on.
      DispatchQueue(label: "cluster").async { continuation.resume(with: Result(catching: body)) }
    }
  }

  private func startBlocking() throws {
    let program = Self.serverUser + ["\(Self.binaries)/postgres", "-D", disk?.path ?? "\(directory)/data"]
    let child =
      if let disk {
        ChildProcess(disk.command(["sh", "-c", keeper(program, disk)]), log: "\(directory)/log", signal: "TERM")
      } else { ChildProcess(program, log: "\(directory)/log") }
    server.withLock { $0 = child }
    try Self.shell(
      "for i in $(seq 600); do \(Self.binaries)/pg_isready -q -h '\(directory)' && exit 0; sleep 0.05; done; exit 1")
  }

  /// The disk is there as long as this runs.
  private func keeper(_ program: [String], _ disk: TinyDisk) -> String {
    """
    cp -a '\(directory)/data/.' '\(disk.path)' && chown postgres '\(disk.path)' || exit 1
    trap 'kill -QUIT $server; wait; exit' TERM
    while :; do \(program.joined(separator: " ")) & server=$!; wait $server; sleep 0.1; done
    """
  }

  private func killBlocking() {
    precondition(disk == nil, "what a killed server had on its disk is gone")
    let child = server.withLock { server in
      defer { server = nil }
      return server
    }
    // All of its processes at once, as the power would. One that is at work does not notice for long that its parent is
    // gone, and a new server refuses to start before the last one has left the shared memory.
    _ = try? Self.shell(
      """
      pid=$(head -1 '\(directory)/data/postmaster.pid') || exit 0
      kill -STOP $pid
      all="$pid $(cat /proc/$pid/task/$pid/children)"
      kill -KILL $all
      for each in $all; do
        while [ -e /proc/$each ] && ! grep -q '^State:.[ZX]' /proc/$each/status; do sleep 0.01; done
      done
      """)
    child?.stop()
  }

  private func administerBlocking(_ sql: String, database: String) throws {
    let psql = "\(Self.binaries)/psql -h '\(directory)' -U postgres -d \(database) -v ON_ERROR_STOP=1 -q"
    try Self.shell("\(psql) <<'SQL'\n\(sql)\nSQL")
  }

  private func signalBlocking(_ number: Int32) throws {
    precondition(disk == nil, "its processes are not known")
    try Self.shell(
      """
      pid=$(head -1 '\(directory)/data/postmaster.pid')
      kill -\(number) $pid $(cat /proc/$pid/task/$pid/children) || true
      """)
  }

  private static var serverUser: [String] {
    getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
  }

  private func asServerUser(_ script: String) throws { try Self.shell(script, as: Self.serverUser) }

  /// An authority of the test's own, and a certificate for the address.
  private static func certificates(for address: String) -> String {
    """
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=test authority' \
      -keyout root.key -out root.crt
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=database' \
      -keyout data/server.key -out server.csr
    printf 'subjectAltName=IP:\(address)' > names
    openssl x509 -req -in server.csr -CA root.crt -CAkey root.key -CAcreateserial -days 2 -extfile names \
      -out data/server.crt
    chmod 600 data/server.key
    chmod 755 . && chmod 644 root.crt
    """
  }

  public struct ScriptFailed: Error {
    public var script: String
    public var output: String
  }

  private static func shell(_ script: String, as user: [String] = []) throws {
    let result = ChildProcess.run(user + ["sh", "-c", script])
    guard result.status == 0 else { throw ScriptFailed(script: script, output: result.output) }
  }
}
