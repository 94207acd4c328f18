import Operations
import PostgresAdapter

extension RoleError {
  /// What a database's error means for its role.
  ///
  /// - Parameter doing: what was being done, as a person would say it.
  init(_ error: PostgresError, doing: String) {
    let text = "\(doing): \(error)"
    switch error.kind {
    case .server where !Self.passes(error.sqlState): self = .refused(text)
    case .invalid: self = .refused(text)
    default: self = .unreachable(text)
    }
  }

  /// Classes of refusals that another attempt may escape: a lost connection, a rolled back transaction, no more
  /// resources, an operator's intervention, a lock that was not to be had.
  private static func passes(_ state: String?) -> Bool {
    guard let state else { return true }
    return ["08", "40", "53", "57", "55P"].contains { state.hasPrefix($0) }
  }
}

extension PostgresError {
  /// Two who changed the same thing at once: one of them has had no effect and may try again.
  var isRace: Bool {
    sqlState == "40001" || sqlState == "40P01" || (sqlState == "XX000" && message.contains("concurrently updated"))
  }
}
