import CellGrid
import Operations

extension CardRow {
  static func database(_ cloud: CloudSnapshot, now: Timestamp, brief: Bool) -> CardRow {
    guard let observation = cloud.database else { return .unknown("database", "  — not known") }
    let database = observation.value
    let stale = observation.isStale(at: now) ? observation.age(at: now) : nil
    let connections =
      brief ? "\(database.connections) conn" : "\(database.connections) of \(database.maxConnections) connections"
    let figures: Line = [
      Piece("  \(database.role.rawValue)"), Piece(" · ", .faint), access(database), Piece(" · ", .faint),
    ]
    return CardRow(
      label: "database",
      figures: figures + (stale == nil || !brief ? [Piece(connections, .faint)] : []),
      staleAge: stale)
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
    guard let observation = cloud.replication else {
      let isPrimary = cloud.database?.value.role == .primary
      return [.unknown("lag", isPrimary ? "  — others follow this one" : "  — not known")] + rest
    }
    let lag = observation.value
    let stale = observation.isStale(at: now) ? observation.age(at: now) : nil
    let graph = Graph(
      samples: cloud.history.lagSeconds, minimumTop: 1, rows: brief ? 1 : 2, endsAt: end, isPeak: true)
    let seconds = Piece(Quantity.seconds(lag.lagSeconds))
    let bytes = Piece(Quantity.bytes(lag.lagBytes))
    guard lag.streaming else {
      let stopped: Line = [seconds, Piece("  "), Piece("▲ not streaming", .degraded)]
      return [CardRow(label: "lag", figures: stopped, staleAge: stale)]
        + (brief ? [] : [CardRow(label: "", figures: [Piece(" "), bytes])])
    }
    if brief { return [CardRow(label: "lag", figures: [seconds, Piece("  "), bytes], graph: graph, staleAge: stale)] }
    return [
      CardRow(label: "lag", figures: [seconds, Piece(" behind", .faint)], graph: graph, staleAge: stale),
      CardRow(label: "", figures: [Piece(" "), Piece(bytes.text, stale == nil ? .foreground : .faint)]),
    ]
  }
}
