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

  /// Says what was being done when a side's error comes up.
  static func naming<Value: Sendable>(_ doing: String, _ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as PostgresError { throw LinkFailure(error, doing: doing) }
  }
}
