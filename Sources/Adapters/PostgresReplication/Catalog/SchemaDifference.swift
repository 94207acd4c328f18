/// Why a table cannot be replicated as it is on the two sides.
struct SchemaDifference: Sendable, Equatable, CustomStringConvertible {
  var table: String
  /// Nil where the table as a whole is the cause.
  var column: String?
  var problem: String
  /// To be run at the target unless it says otherwise.
  var remedy: String

  var description: String { "\(table)\(column.map { ".\($0)" } ?? "") \(problem): \(remedy)" }
}

extension [SchemaDifference] {
  /// All of them on one line, as a table's reason.
  var reason: String? { isEmpty ? nil : map(\.description).joined(separator: "; ") }
}
