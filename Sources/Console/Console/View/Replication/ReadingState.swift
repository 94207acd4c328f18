import CellGrid
import Operations

extension Reading {
  /// How far the reading has come, in a line; empty when what is shown is all there is to say.
  func line(what: String, now: Timestamp) -> Line {
    if ticket != nil { return [Piece("▸ ", .focus), Piece("asking the host for \(what)", .faint)] }
    if let failure { return [Piece("✖ ", .down), .outside("\(what) could not be read: \(failure)")] }
    return readAt.map { [Piece("as read \(Quantity.age(now - $0)) ago", .faint)] } ?? []
  }
}
