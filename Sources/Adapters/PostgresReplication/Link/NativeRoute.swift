public import Operations
public import PostgresAdapter

/// How the target's server enters the source's, where that is not how we do. What is nil is as ours.
///
/// The target keeps it in `pg_subscription`, whose connection strings superusers alone can read. With a password file
/// the password is not even there.
public struct NativeRoute: Sendable, Equatable {
  public var host: PostgresSettings.Host?
  public var user: String?
  public var password: Secret?
  /// On the target's machine, in the format of `~/.pgpass`; it takes the place of a password. PostgreSQL 16 and later
  /// demand a password of subscriptions whose owner is no superuser.
  public var passwordFile: String?
  /// On the target's machine.
  public var rootCertificateFile: String?

  public init(
    host: PostgresSettings.Host? = nil, user: String? = nil, password: Secret? = nil, passwordFile: String? = nil,
    rootCertificateFile: String? = nil
  ) {
    self.host = host
    self.user = user
    self.password = password
    self.passwordFile = passwordFile
    self.rootCertificateFile = rootCertificateFile
  }
}
