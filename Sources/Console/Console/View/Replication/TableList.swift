import CellGrid
import Operations

/// A link's tables, one line each.
enum TableList {
  static func table(
    _ tables: [ReplicatedTable], of link: ReplicationLinkSnapshot, selected: String?, width: Int, now: Timestamp,
    canvas: Canvas
  ) -> Table {
    let room = Room(width: width)
    let schema = room == .wide ? nil : commonSchema(tables)
    let head = schema.map { "table in \(Outside.text($0))" } ?? "table"
    let columns: [Table.Column] =
      [.init("", width: .fixed(1)), .init(head, width: .flexible(minimum: 10, maximum: 48), cut: .middle)]
      + room.columns.map(\.column)
    let rows = tables.map { table -> [Span] in
      let isSelected = table.name == selected
      let cells: [Line] = [
        [Piece(isSelected ? "▸" : " ", .focus)],
        [.outside(name(of: table, without: schema), bold: isSelected)],
      ]
      return (cells + room.columns.map { cell($0.figure, table, link, room, now: now, canvas) }).map {
        merged($0, canvas)
      }
    }
    return Table(columns: columns, rows: rows, selection: nil)
  }

  private enum Figure { case state, behind, rate, trend, conflicts, applied, verify }

  /// How much there is room for.
  private enum Room {
    case narrow, medium, wide

    init(width: Int) { self = width < 108 ? .narrow : width < 150 ? .medium : .wide }

    static let trendWidths = [Room.medium: 12, .wide: 24]

    var columns: [(figure: Figure, column: Table.Column)] {
      switch self {
      case .narrow:
        [
          (.state, .init("state", width: .fixed(12))), (.behind, .init("behind", width: .fixed(9))),
          (.rate, .init("rows/s", width: .fixed(6), alignment: .trailing)),
          (.conflicts, .init("confl", width: .fixed(5), alignment: .trailing)),
          (.verify, .init("last verify", width: .fixed(16))),
        ]
      case .medium: full(conflicts: ("confl", 5), applied: ("applied", 7), verify: 17)
      case .wide: full(conflicts: ("conflicts", 9), applied: ("rows applied", 12), verify: 24)
      }
    }

    private func full(
      conflicts: (String, Int), applied: (String, Int), verify: Int
    ) -> [(figure: Figure, column: Table.Column)] {
      [
        (.state, .init("state", width: .fixed(15))), (.behind, .init("behind", width: .fixed(15))),
        (.rate, .init("rows/s", width: .fixed(6), alignment: .trailing)),
        (.trend, .init("", width: .fixed(Self.trendWidths[self] ?? 0))),
        (.conflicts, .init(conflicts.0, width: .fixed(conflicts.1), alignment: .trailing)),
        (.applied, .init(applied.0, width: .fixed(applied.1), alignment: .trailing)),
        (.verify, .init("last verify", width: .fixed(verify))),
      ]
    }
  }

  private static func cell(
    _ figure: Figure, _ table: ReplicatedTable, _ link: ReplicationLinkSnapshot, _ room: Room, now: Timestamp,
    _ canvas: Canvas
  ) -> Line {
    switch figure {
    case .state: return state(table, link, brief: room == .narrow)
    case .behind: return behind(table, brief: room == .narrow)
    case .rate:
      return [Piece(Quantity.rate(table.rowsPerSecond), table.rowsPerSecond < 0.5 ? .faint : .foreground)]
    case .trend:
      let graph = Sparkline(table.rowsHistory, scale: .automatic(minimumTop: 10))
      return [Piece(graph.text(width: Room.trendWidths[room] ?? 0, glyphs: canvas.glyphs), .graph)]
    case .conflicts:
      return [Piece(Quantity.conflicts(table.conflicts), table.conflicts > 0 ? .foreground : .faint)]
    case .applied: return [Piece(Quantity.count(table.rowsApplied), table.rowsApplied == 0 ? .faint : .foreground)]
    case .verify: return verify(table, now: now)
    }
  }

  /// `  0.2 s 1.2 kB`; of a copy `46 s left`, or `in 46 s`.
  private static func behind(_ table: ReplicatedTable, brief: Bool) -> Line {
    if table.state == .copying {
      guard let rest = Quantity.rest(table.baselineRemainingSeconds) else { return [Piece("—", .faint)] }
      return [Piece(brief ? "in \(rest)" : "\(rest) left", .focus)]
    }
    guard let lag = table.lag else { return [Piece("—", .faint)] }
    let role: Theme.Role = table.state == .parked ? .degraded : lag.bytes == 0 ? .faint : .foreground
    if brief { return [Piece(Quantity.behind(lag.seconds), role)] }
    return [Piece("\(Quantity.behind(lag.seconds)) \(Quantity.bytes(lag.bytes))", role)]
  }

  /// The schema that most of the tables are in: where room is short it need not be said on every line.
  private static func commonSchema(_ tables: [ReplicatedTable]) -> String? {
    let schemas = tables.compactMap { table in table.name.firstIndex(of: ".").map { String(table.name[..<$0]) } }
    let counts = Dictionary(schemas.map { ($0, 1) }, uniquingKeysWith: +)
    return counts.first { $0.value * 2 > tables.count }?.key
  }

  private static func name(of table: ReplicatedTable, without schema: String?) -> String {
    guard let schema, table.name.hasPrefix("\(schema).") else { return table.name }
    return String(table.name.dropFirst(schema.count + 1))
  }

  /// A cell has one style: that of its first piece.
  private static func merged(_ line: Line, _ canvas: Canvas) -> Span {
    let text = line.map(\.text).joined()
    guard let first = line.first else { return Span("", canvas.theme[.foreground]) }
    return canvas.spans([Piece(text, first.role, bold: first.isBold)]).first ?? Span("", canvas.theme[.foreground])
  }

  private static func state(_ table: ReplicatedTable, _ link: ReplicationLinkSnapshot, brief: Bool) -> Line {
    if link.rests(table) { return [Piece("\(link.state.mark) \(link.state.word)", link.state.role)] }
    guard table.state == .copying, let share = table.baselineProgress else {
      let role: Theme.Role = table.state == .streaming ? .foreground : table.state.role
      return [Piece("\(table.state.mark) \(table.state.rawValue)", role)]
    }
    let percent = Quantity.percent(share)
    return [Piece("\(table.state.mark) \(brief ? "copy" : "copying") \(percent)", table.state.role)]
  }

  private static func verify(_ table: ReplicatedTable, now: Timestamp) -> Line {
    guard let verify = table.lastVerify else { return [Piece("— never", .faint)] }
    let age = Quantity.age(now - verify.at)
    let words = verify.verdict.map(\.text).joined()
    return [Piece("\(words) \(age)", verify.role == .healthy ? .foreground : verify.role)]
  }

  /// `10 streaming · 1 parked · 1234567 rows · 340 rows/s · 3 conflicts`.
  static func totals(_ link: ReplicationLinkSnapshot) -> Line {
    var line: Line = [Piece("\(link.tables.count) tables", bold: true)]
    for state in [ReplicatedTable.State.copying, .waiting, .parked, .refused] {
      let count = link.tables.count { $0.state == state }
      if count > 0 {
        line.append(Piece(" · \(state == .waiting ? "" : "\(state.mark) ")\(count) \(state.rawValue)", state.role))
      }
    }
    let rows = link.tables.reduce(0) { $0.addingReportingOverflow($1.rowsApplied).partialValue }
    line.append(Piece(" · \(Quantity.count(rows)) rows applied", .faint))
    if link.conflicts > 0 { line.append(Piece(" · \(Quantity.conflicts(link.conflicts)) conflicts", .foreground)) }
    return line
  }

  /// What all the tables' last comparisons say together.
  static func verdict(_ link: ReplicationLinkSnapshot, now: Timestamp) -> Line {
    let differing = link.tables.reduce(0) { $0 + max(0, $1.lastVerify?.differences ?? 0) }
    if differing > 0 { return [Piece("✖ \(Quantity.count(differing)) rows differ", .down, bold: true)] }
    guard let verify = link.lastVerify else { return [Piece("— not all verified", .faint)] }
    return verify.verdict + [Piece(" \(Quantity.age(now - verify.at)) ago", .faint)]
  }
}
