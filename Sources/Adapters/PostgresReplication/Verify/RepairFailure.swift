/// Why rows were not repaired.
enum RepairFailure: Error, Sendable, Equatable, CustomStringConvertible {
  case unknownTable(String)
  case keyChanged(String)
  case linkBehind(String)
  case cannotLock(table: String)
  case cannotReplace(table: String)
  case generatedOtherwise(table: String, columns: [String])

  var description: String {
    switch self {
    case .unknownTable(let table): "the source has no \(table) any more: compare again"
    case .keyChanged(let table): "the key of \(table) is another than when it was compared: compare again"
    case .linkBehind(let reason):
      "the link does not keep up, so that a repair could undo what is on its way: \(reason); see that it runs, and repair"
        + " again"
    case .cannotLock(let table):
      "the rows of \(table) cannot be locked at the source while they are repaired: GRANT SELECT, UPDATE ON \(table) to"
        + " the link's role there"
    case .generatedOtherwise(let table, let columns):
      "rows of \(table) differ in what the target generates itself and nobody can write (\(columns.joined(separator: ", "))):"
        + " make the expressions of both sides alike, and compare again"
    case .cannotReplace(let table):
      "rows of \(table) differ in a column GENERATED ALWAYS AS IDENTITY and would have to be deleted and inserted anew,"
        + " which its foreign keys would notice: GRANT SET ON PARAMETER session_replication_role to the link's role at the"
        + " target"
    }
  }
}
