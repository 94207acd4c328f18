import Operations
import PostgresAdapter

extension LinkFailure {
  /// What a side's error means for the link.
  ///
  /// - Parameter doing: what was being done, as a person would say it.
  init(_ error: PostgresError, doing: String) {
    let text = "\(doing): \(error)"
    switch error.kind {
    case .server where !Self.passes(error.sqlState): self = .blocked(text)
    case .invalid: self = .blocked(text)
    default: self = .unreachable(text)
    }
  }

  /// Classes of refusals that another attempt may escape: a lost connection, a rolled back transaction, no more
  /// resources, an operator's intervention, a lock that was not to be had.
  private static func passes(_ state: String?) -> Bool {
    guard let state else { return true }
    // A slot that cannot be used, and no room for another: a person has to change something.
    if ["55000", "53400"].contains(state) { return false }
    return ["08", "40", "53", "57", "55"].contains { state.hasPrefix($0) }
  }

  /// What it means that a side lets nobody in. A refusal that only a person can lift is told with what lifts it.
  ///
  /// - Parameter place: `the source aws`.
  init(_ error: PostgresError, entering place: String, as side: PostgresSettings) {
    let (role, database) = (SQLText.identifier(side.user), SQLText.identifier(side.database))
    let remedy: String? =
      switch error.sessionRefusal {
      case "42501": "GRANT CONNECT ON DATABASE \(database) TO \(role)"
      case "3D000": "CREATE DATABASE \(database) there, or name another in the configuration"
      case "28P01": "set the role's password in the configuration right, or ALTER ROLE \(role) PASSWORD '…' there"
      case "28000":
        "if the role is there, ALTER ROLE \(role) LOGIN, and let it in from this address "
          + "(pg_hba.conf; in a cloud the server's firewall rules)"
      default: nil
      }
    self =
      remedy.map { .blocked("entering \(place): \(error): \($0)") } ?? LinkFailure(error, doing: "entering \(place)")
  }

  /// Says what was being done when a side's error comes up.
  static func naming<Value: Sendable>(_ doing: String, _ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as PostgresError { throw LinkFailure(error, doing: doing) }
  }
}
