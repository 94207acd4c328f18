import Operations
import PostgresAdapter

/// What a refused statement of the target means for the link.
enum ApplyFailure: Error, Sendable, Equatable {
  /// This table cannot go on; the others can, once it has been set aside.
  case table(name: String, reason: String)
  /// The same changes must be applied one by one.
  case order
  /// A unique index of the table's refused a row that was not there before. Applied again the transaction at `position`
  /// may find it; where it does not, the table cannot go on. Nil where the transaction's end was refused.
  case collision(table: String?, at: LSN, refusal: PostgresError)

  /// - Parameter table: whose change was refused; nil where it was none's.
  static func judging(_ error: PostgresError, table: String?) -> any Error {
    guard error.kind == .server, let state = error.sqlState else { return LinkFailure.unreachable("\(error)") }
    switch state.prefix(2) {
    // Out of resources, operator intervention, deadlocks, locks: the same may well succeed later.
    case "53", "57", "40", "55", "58", "08": return LinkFailure.unreachable("\(error)")
    // The session's temporary tables went with a transaction that was rolled back; a new session makes them anew.
    case "3F": return LinkFailure.unreachable("\(error)")
    case "25": return LinkFailure.blocked("the target refuses writes: \(error)")
    default: break
    }
    if state == "42501" { return LinkFailure.blocked("the target's role lacks a privilege: \(error)") }
    guard let table else { return LinkFailure.blocked("\(error)") }
    let constraint = error.constraint.map { " (\($0))" } ?? ""
    return ApplyFailure.table(
      name: table,
      reason: "\(table): the target refused a change: \(error.message)\(constraint); "
        + "mend that, then copy the table anew")
  }
}
