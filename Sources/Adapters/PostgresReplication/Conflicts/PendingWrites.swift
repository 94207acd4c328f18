import Operations
import PostgresAdapter

/// What a transaction has decided to write and has not sent yet. Pure.
struct PendingWrites: Sendable {
  private struct Write: Sendable {
    var statement: PostgresStatement
    /// Whose change it is for; nil for what is no table's.
    var table: String?
    /// Whether it is for a row that stands there, locked.
    var isForOneRow = false
    /// Whether it fails where what was looked for has changed since.
    var isCheck = false
  }

  private var writes: [Write] = []
  /// Keys under which nothing stood and something was written, since the last look.
  private var absences: [UInt32: (table: ApplyTable, found: [StandingRow.Absence])] = [:]

  var isEmpty: Bool { writes.isEmpty }
  var statements: [PostgresStatement] { writes.map(\.statement) }

  mutating func add(_ statement: PostgresStatement, for table: ApplyTable? = nil, isForOneRow: Bool = false) {
    writes.append(Write(statement: statement, table: table?.name, isForOneRow: isForOneRow))
  }

  /// Notes that something is written where no row was found.
  mutating func note(_ absence: StandingRow.Absence?, _ table: ApplyTable) {
    if let absence { absences[table.relation.oid, default: (table, [])].found.append(absence) }
  }

  /// Adds what fails where a row has come and gone meanwhile.
  mutating func checkAbsences() {
    for (_, (table, found)) in absences.sorted(by: { $0.key < $1.key }) {
      writes.append(Write(statement: table.check(found), table: table.name, isCheck: true))
    }
    absences = [:]
  }

  /// - Parameter counts: rows that each statement has met.
  /// - Throws: ``ApplyFailure/table(name:reason:)`` where a change of one row has met none, or more.
  func require(_ counts: [Int]) throws {
    for (write, count) in zip(writes, counts) where write.isForOneRow && count != 1 {
      let table = write.table ?? ""
      throw ApplyFailure.table(
        name: table, reason: "\(table): a change of one row met \(count) rows at the target; copy the table anew")
    }
  }

  /// What it means that one of the statements was refused.
  ///
  /// - Parameter position: where the target's books stand.
  func failure(_ refusal: PostgresPipelineError, _ settings: LinkSettings, at position: LSN) -> any Error {
    let refused = writes.indices.contains(refusal.index) ? writes[refusal.index] : nil
    let table = refused?.table
    if table == nil, let failure = ProgressStatement.failure(refusal.error, settings) { return failure }
    // A row that was not there when it was looked for cannot be locked, and may have come since. It must not be
    // overwritten unseen: the transaction is applied again, and then it is there to be compared.
    if refusal.error.isUniqueViolation {
      return ApplyFailure.collision(table: table, at: position, refusal: refusal.error)
    }
    if refused?.isCheck == true, refusal.error.kind == .server, refusal.error.sqlState == "22P02" {
      return ApplyFailure.collision(table: nil, at: position, refusal: refusal.error)
    }
    return ApplyFailure.judging(refusal.error, table: table)
  }
}
