/// Rows differ, and the link did not apply what could have made them equal.
struct NotSettled: Error, CustomStringConvertible {
  var rows: Int
  var reason: String

  var description: String {
    "\(rows) rows differ and cannot be told from changes on their way: \(reason); see that the link runs, and compare again"
  }
}
