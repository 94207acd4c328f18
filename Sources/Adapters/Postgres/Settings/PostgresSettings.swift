import Glibc
public import Operations

/// Where a database is and how to enter it.
public struct PostgresSettings: Sendable, Equatable {
  /// One server.
  public struct Host: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address; it is what a verified certificate must be for.
    public var name: String
    public var port: Int
    /// Where to connect to instead of what `name` resolves to, such as the near end of a tunnel; the certificate is
    /// verified for `name` all the same.
    public var address: String?

    public init(_ name: String, port: Int = 5432, address: String? = nil) {
      self.name = name
      self.port = port
      self.address = address
    }

    /// Whether `text` is an IPv4 or IPv6 address.
    public static func isAddress(_ text: String) -> Bool {
      var room = in6_addr()
      return inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
    }

    public var description: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }
  }

  /// How the server proves who it is.
  public enum TransportSecurity: Sendable, Equatable {
    /// TLS 1.3; the certificate is signed by an authority in the file and is for the host's name (`verify-full`).
    case verifyHost(rootCertificateFile: String)
    /// TLS 1.3; the certificate is signed by an authority in the file, whatever its name (`verify-ca`).
    case verifyAuthority(rootCertificateFile: String)
    /// No TLS, for a server on this machine.
    case none
  }

  /// What a session must be able to do to be kept.
  public enum TargetSession: String, Sendable {
    /// The first host that answers.
    case any
    /// The first host whose sessions are not read-only by default, and which is not in recovery.
    case readWrite = "read-write"
  }

  /// Tried in this order.
  public var hosts: [Host]
  public var database: String
  public var user: String
  /// nil where the server asks for none; libpq then looks into `~/.pgpass`.
  public var password: Secret?
  public var security: TransportSecurity
  public var targetSession: TargetSession
  /// As `pg_stat_activity` shows it.
  public var applicationName: String
  /// Whether the session speaks the replication protocol, which knows no extended queries
  /// (``PostgresConnection/execute(_:timeout:)`` works, ``PostgresConnection/query(_:_:timeout:preparing:)`` does not).
  public var isReplication = false
  /// Settings of the server for this session, such as `datestyle`.
  public var sessionSettings: [String: String] = [:]
  /// The server's own limit on a statement; nil for none. A client's timeout should be longer.
  public var statementTimeout: Duration?

  public init(
    hosts: [Host], database: String, user: String, password: Secret?, security: TransportSecurity,
    targetSession: TargetSession = .any, applicationName: String = "signalbox", statementTimeout: Duration? = nil
  ) {
    self.hosts = hosts
    self.database = database
    self.user = user
    self.password = password
    self.security = security
    self.targetSession = targetSession
    self.applicationName = applicationName
    self.statementTimeout = statementTimeout
  }

  /// The hosts as an error names them.
  var place: String { hosts.map(\.description).joined(separator: ", ") }
}
