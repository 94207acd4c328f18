import CellGrid
import Operations

/// The figures of a drill that goes on.
enum DrillFacts {
  /// What is waited for, and what has come.
  static func instants(_ drill: DrillSnapshot) -> [Line] {
    let shown = drill.instants.prefix(6)
    let width = shown.map { DisplayWidth.of(Outside.text($0.title)) }.max() ?? 0
    return shown.map { instant in
      let title = Quantity.left(Outside.text(instant.title), width)
      if let seconds = instant.seconds {
        return [Piece("✓ ", .healthy), Piece(title), Piece(Quantity.seconds(seconds), bold: true)]
      }
      if let remark = instant.remark {
        return [Piece("— ", .faint), Piece(title, .faint), .outside("  \(remark)", .faint)]
      }
      guard let since = drill.sinceFaultSeconds else { return [Piece("· ", .faint), Piece(title, .faint)] }
      return [Piece("… ", .focus), Piece(title), Piece(Quantity.seconds(since), .faint), Piece(" so far", .faint)]
    }
  }

  static func users(_ drill: DrillSnapshot) -> [Line] {
    guard drill.users > 0 else { return [[Piece("no virtual users are sent to a live service", .faint)]] }
    let share = drill.requests > 0 ? Double(drill.failures) / Double(drill.requests) : nil
    let isHurting = drill.failuresPerSecond > 0
    return [
      line("users", Quantity.right(Quantity.count(drill.users), 9), []),
      line("requests", Quantity.right(Quantity.count(drill.requests), 9), [rate(drill.requestsPerSecond)]),
      line(
        "failed", Quantity.right(Quantity.count(drill.failures), 9),
        [rate(drill.failuresPerSecond, isHurting ? .down : .faint), Piece("  \(Quantity.percent(share))", .faint)],
        isHurting ? .down : .foreground),
    ]
  }

  private static func line(_ name: String, _ figure: String, _ rest: Line, _ role: Theme.Role = .foreground) -> Line {
    [Piece(Quantity.left(name, 10), .faint), Piece(figure, role, bold: role == .down)] + rest
  }

  private static func rate(_ value: Double, _ role: Theme.Role = .faint) -> Piece {
    Piece("  \(Quantity.rate(value)) /s", role)
  }

  /// A time that a clock could have told.
  static func sane(_ seconds: Double) -> Double { seconds.isFinite ? min(max(0, seconds), 1e9) : 0 }
}
