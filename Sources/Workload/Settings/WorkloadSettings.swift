public import Operations
public import PostgresAdapter

/// How one instance of the workload runs. Everything comes from the environment; an instance keeps no state.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `WORKLOAD_LISTEN` | `address:port` for HTTP; TLS ends at the load balancer | `127.0.0.1:8080` |
/// | `WORKLOAD_RELEASE` | the release this instance runs, as `/ready` tells it | required |
/// | `WORKLOAD_CLOUD` | the cloud this instance runs in | required |
/// | `WORKLOAD_DATABASE_WRITE_HOSTS` | `host:port,host:port`: all clouds' databases; writes go to the one that takes them | required |
/// | `WORKLOAD_DATABASE_READ_HOST` | `host:port`: the own cloud's database, for reads | the hosts for writes |
/// | `WORKLOAD_DATABASE_NAME` | database | required |
/// | `WORKLOAD_DATABASE_USER` | application role; for `migrate` the owner | required |
/// | `WORKLOAD_DATABASE_PASSWORD_FILE` | file with the password; a line break at its end is dropped | required |
/// | `WORKLOAD_DATABASE_ROOT_CERTIFICATE` | file with the authorities that sign the databases' certificates (`verify-full`, TLS 1.3), or `none` for no TLS | required |
/// | `WORKLOAD_DATABASE_CONNECTIONS` | sessions at most, of each of the three pools | `6` |
/// | `WORKLOAD_DATABASE_APPLICATION_ROLE` | only `migrate`: the role that is granted the new tables | no grant |
/// | `WORKLOAD_ASSETS` | directory with `css/bootstrap.min.css` | `/usr/share/javascript/bootstrap5` |
/// | `WORKLOAD_PASSWORD_ITERATIONS` | PBKDF2-HMAC-SHA256 iterations of new passwords; below 600000 only for tests and benches, never below 1000 | `600000` |
/// | `WORKLOAD_SESSION_SECONDS` | lifetime of a login | `43200` |
/// | `WORKLOAD_LOGIN_ATTEMPTS` | logins that may fail in a row under one address before the next is answered with 429, in all clouds together | `10` |
/// | `WORKLOAD_LOGIN_PAUSE_SECONDS` | how long they are then refused, and after how long without a failure those before are forgotten | `300` |
/// | `WORKLOAD_SWEEP_SECONDS` | longest time between two removals of expired sessions | `600` |
/// | `WORKLOAD_COOKIE_SECURE` | `on`: cookies only over HTTPS; `off` for plain HTTP on a developer's machine | `on` |
/// | `WORKLOAD_THREADS` | threads for HTTP | `1` |
///
/// Tables are in the schema `public`: `accounts`, `sessions`, `tasks`, `announcements`, `login_attempts`; each has a
/// UUID as its primary key, so that no sequence needs to follow a failover. All of them are replicated.
public struct WorkloadSettings: Sendable, Equatable {
  /// Where and as whom the databases are entered.
  public struct Database: Sendable, Equatable {
    public var writeHosts: [PostgresSettings.Host]
    /// nil: reads go where writes go.
    public var readHost: PostgresSettings.Host?
    public var name: String
    public var user: String
    public var password: Secret
    public var security: PostgresSettings.TransportSecurity
    /// Of each of the three pools.
    public var connections: Int
    public var applicationRole: String?
  }

  /// An address to listen at.
  public struct Listen: Sendable, Equatable {
    public var address: String
    /// 0 for one that the system chooses.
    public var port: Int
  }

  public var listen: Listen
  public var release: String
  public var cloud: String
  public var database: Database
  public var assets: String
  public var passwordIterations: Int
  public var sessionLifetime: Duration
  public var loginAttempts: Int
  public var loginPause: Duration
  public var sweepInterval: Duration
  public var secureCookies: Bool
  public var threads: Int
}

extension WorkloadSettings {
  /// Reads the settings of an instance that serves.
  ///
  /// - Throws: ``SettingsProblems`` with every problem there is, not only the first.
  public init(environment: [String: String]) throws(SettingsProblems) {
    var reader = EnvironmentReader(environment)
    listen = reader.listen("WORKLOAD_LISTEN", default: Listen(address: "127.0.0.1", port: 8080))
    release = reader.label("WORKLOAD_RELEASE", example: "2024.11.3")
    cloud = reader.label("WORKLOAD_CLOUD", example: "aws")
    database = Database(&reader)
    assets = reader.text("WORKLOAD_ASSETS", default: "/usr/share/javascript/bootstrap5")
    passwordIterations = reader.number("WORKLOAD_PASSWORD_ITERATIONS", in: 1000...100_000_000, default: 600_000)
    sessionLifetime = .seconds(reader.number("WORKLOAD_SESSION_SECONDS", in: 60...31_536_000, default: 43_200))
    loginAttempts = reader.number("WORKLOAD_LOGIN_ATTEMPTS", in: 3...1000, default: 10)
    loginPause = .seconds(reader.number("WORKLOAD_LOGIN_PAUSE_SECONDS", in: 1...86_400, default: 300))
    sweepInterval = .seconds(reader.number("WORKLOAD_SWEEP_SECONDS", in: 1...86_400, default: 600))
    secureCookies = reader.flag("WORKLOAD_COOKIE_SECURE", default: true)
    threads = reader.number("WORKLOAD_THREADS", in: 1...64, default: 1)
    try reader.finish()
  }
}

extension WorkloadSettings.Database {
  /// Reads what `migrate` needs.
  ///
  /// - Throws: ``SettingsProblems``.
  public init(environment: [String: String]) throws(SettingsProblems) {
    var reader = EnvironmentReader(environment)
    self.init(&reader)
    try reader.finish()
  }

  init(_ reader: inout EnvironmentReader) {
    writeHosts = reader.hosts("WORKLOAD_DATABASE_WRITE_HOSTS")
    readHost = reader.host("WORKLOAD_DATABASE_READ_HOST")
    name = reader.text("WORKLOAD_DATABASE_NAME")
    user = reader.text("WORKLOAD_DATABASE_USER")
    password = reader.secretFile("WORKLOAD_DATABASE_PASSWORD_FILE")
    security = reader.security("WORKLOAD_DATABASE_ROOT_CERTIFICATE")
    connections = reader.number("WORKLOAD_DATABASE_CONNECTIONS", in: 1...200, default: 6)
    applicationRole = reader.optionalText("WORKLOAD_DATABASE_APPLICATION_ROLE")
  }

  /// How to reach `hosts`.
  func settings(_ hosts: [PostgresSettings.Host], _ target: PostgresSettings.TargetSession) -> PostgresSettings {
    PostgresSettings(
      hosts: hosts, database: name, user: user, password: password, security: security, targetSession: target,
      applicationName: "signalbox-workload", statementTimeout: .seconds(10))
  }
}
