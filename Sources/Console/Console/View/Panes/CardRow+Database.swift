import CellGrid
import Operations

extension CardRow {
  static func database(_ cloud: CloudSnapshot, now: Timestamp, brief: Bool) -> CardRow {
    guard let observation = cloud.database else { return .unknown("database", brief ? "— not known" : "  — not known") }
    let database = observation.value
    let stale = observation.isStale(at: now) ? observation.age(at: now) : nil
    if brief {
      let connections = Piece(", \(database.connections) conn", .faint)
      let figures = [Piece(database.role.rawValue), Piece(", ", .faint), access(database)]
      return CardRow(label: "database", figures: stale == nil ? figures + [connections] : figures, staleAge: stale)
    }
    let figures = [
      Piece("  \(database.role.rawValue)"), Piece(" · ", .faint), access(database), Piece(" · ", .faint),
      Piece("\(database.connections) of \(database.maxConnections) connections", .faint),
    ]
    return CardRow(label: "database", figures: figures, staleAge: stale)
  }

  /// A primary that refuses writes serves nobody; a secondary that takes them divides the data.
  private static func access(_ database: DatabaseSnapshot) -> Piece {
    switch (database.role, database.writable) {
    case (.primary, true): Piece("writable")
    case (.primary, false): Piece("▲ not writable", .degraded)
    case (.secondary, true), (.standby, true): Piece("✖ WRITABLE", .down)
    case (.secondary, false), (.standby, false): Piece("fenced")
    }
  }

  static func lag(_ cloud: CloudSnapshot, now: Timestamp, end: Timestamp, brief: Bool) -> [CardRow] {
    let rest = brief ? [] : [CardRow(label: "", figures: [])]
    let indent = brief ? "" : "  "
    guard let observation = cloud.replication else {
      let isPrimary = cloud.database?.value.role == .primary
      return [.unknown("lag", indent + (isPrimary ? "— others follow this one" : "— not known"))] + rest
    }
    let lag = observation.value
    let stale = observation.isStale(at: now) ? observation.age(at: now) : nil
    let graph = Graph(
      samples: cloud.history.lagSeconds, minimumTop: 1, rows: brief ? 1 : 2, endsAt: end, isPeak: true)
    let seconds = figure(lag.lagSeconds.map(Quantity.lag), unit: "s", role: .foreground, indent: indent)
    let bytes = figure(
      lag.lagBytes.map { Figure.bytes(Int(clamping: $0)) }, unit: "B", role: stale == nil ? .foreground : .faint,
      indent: brief ? " " : indent)
    guard lag.streaming else {
      let stopped = Piece(brief ? "▲ stopped" : "▲ not streaming", .degraded)
      return [CardRow(label: "lag", figures: seconds, asides: [[stopped]], staleAge: stale)]
        + (brief ? [] : [CardRow(label: "", figures: bytes)])
    }
    if brief { return [CardRow(label: "lag", figures: seconds + bytes, graph: graph, staleAge: stale)] }
    let behind = seconds + [Piece("behind", .faint)]
    return [CardRow(label: "lag", figures: behind, graph: graph, staleAge: stale), CardRow(label: "", figures: bytes)]
  }

  /// The number to the right of its column of five, the unit to the left of its own of three.
  private static func figure(_ figure: Figure?, unit: String, role: Theme.Role, indent: String) -> Line {
    let figure = figure ?? Figure(number: "—", unit: unit)
    let width = indent == " " ? 4 : 5
    return [
      Piece(indent + Quantity.right(figure.number, width), role), Piece(" \(Quantity.left(figure.unit, 2))", .faint),
    ]
  }
}
