import Operations
import PostgresAdapter

/// The words of a subscription. Pure.
struct SubscriptionText: Sendable {
  let settings: LinkSettings

  var name: String { SQLText.identifier(settings.slotName) }

  /// libpq's keywords, for the target's server to enter the source's.
  ///
  /// Source: PostgreSQL 15 documentation, 34.1.1 "Connection Strings".
  var connection: String {
    let route = settings.nativeRoute ?? NativeRoute()
    let hosts = route.host.map { [$0] } ?? settings.source.hosts
    var parameters = PostgresSettings.Host.parameters(of: hosts)
    parameters += [
      ("dbname", settings.source.database), ("user", route.user ?? settings.source.user),
      ("application_name", "signalbox \(settings.directionName) native"), ("connect_timeout", "15"),
      ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
    ]
    if let file = route.passwordFile {
      parameters.append(("passfile", file))
    } else if let password {
      parameters.append(("password", password.reveal()))
    }
    switch settings.source.security {
    case .verifyHost(let file):
      parameters += [("sslmode", "verify-full"), ("sslrootcert", route.rootCertificateFile ?? file)]
    case .verifyAuthority(let file):
      parameters += [("sslmode", "verify-ca"), ("sslrootcert", route.rootCertificateFile ?? file)]
    case .none: parameters.append(("sslmode", "disable"))
    }
    return parameters.map { "\($0)=\(Self.quoted($1))" }.joined(separator: " ")
  }

  private var password: Secret? { settings.nativeRoute?.password ?? settings.source.password }

  private static func quoted(_ value: String) -> String {
    "'" + value.escaping("\\'", with: "\\") + "'"
  }

  /// The slot and the publications are there. Nothing is received until it is enabled.
  func create(copying: Bool) -> String {
    """
    CREATE SUBSCRIPTION \(name) CONNECTION \(SQLText.literal(connection))
    PUBLICATION \(settings.publications.map(SQLText.identifier).joined(separator: ", "))
    WITH (create_slot = false, slot_name = \(SQLText.literal(settings.slotName)), enabled = false, copy_data = \(copying))
    """
  }

  /// For when the password or the way changed.
  var reconnect: String { "ALTER SUBSCRIPTION \(name) CONNECTION \(SQLText.literal(connection))" }

  /// The server may write statements to its log, and errors with them, and its extensions may keep them; these hold a
  /// password. A name with a dot may be set also where no extension has it.
  static let silence = [
    "log_statement": "none", "log_min_error_statement": "panic", "log_min_duration_statement": "-1",
    "pg_stat_statements.track": "none", "pgaudit.log": "none",
  ]

  /// An error that says nothing secret, whatever the server quotes.
  func redacted(_ error: PostgresError) -> PostgresError {
    var error = error
    guard let password = password?.reveal(), !password.isEmpty else { return error }
    for text in Set([password, Self.quoted(password), SQLText.literal(Self.quoted(password))]) {
      error.message = error.message.replacing(text, with: "‹secret›")
    }
    return error
  }
}
