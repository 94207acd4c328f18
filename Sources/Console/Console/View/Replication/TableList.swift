import CellGrid
import Operations

/// A link's tables, one line each.
enum TableList {
  static func table(
    _ tables: [ReplicatedTable], selected: String?, width: Int, now: Timestamp, canvas: Canvas
  ) -> Table {
    let isNarrow = width < 90
    let schema = isNarrow ? commonSchema(tables) : nil
    let columns: [Table.Column] = [
      .init("", width: .fixed(1)),
      .init(schema.map { "table in \(Outside.text($0))" } ?? "table", width: .flexible(minimum: 10, maximum: 48)),
      .init("state", width: .fixed(isNarrow ? 12 : 14)),
      .init(isNarrow ? "applied" : "rows applied", width: .fixed(isNarrow ? 7 : 12), alignment: .trailing),
      .init("rows/s", width: .fixed(6), alignment: .trailing),
      .init(isNarrow ? "confl" : "conflicts", width: .fixed(isNarrow ? 5 : 9), alignment: .trailing),
      .init("last verify", width: .fixed(isNarrow ? 17 : 24)),
    ]
    let rows = tables.map { table -> [Span] in
      let isSelected = table.name == selected
      let cells: [Line] = [
        [Piece(isSelected ? "▸" : " ", .focus)],
        [.outside(String(table.name.dropFirst(schema.map { $0.count + 1 } ?? 0)), bold: isSelected)],
        state(table, brief: isNarrow),
        [Piece(Quantity.count(table.rowsApplied), table.rowsApplied == 0 ? .faint : .foreground)],
        [Piece(Quantity.rate(table.rowsPerSecond), table.rowsPerSecond < 0.5 ? .faint : .foreground)],
        [Piece(Quantity.count(table.conflicts), table.conflicts > 0 ? .foreground : .faint)],
      ]
      return cells.map { merged($0, canvas) } + [merged(verify(table, now: now), canvas)]
    }
    return Table(columns: columns, rows: rows, selection: nil)
  }

  /// The schema that all the tables are in: where room is short it need not be said on every line.
  private static func commonSchema(_ tables: [ReplicatedTable]) -> String? {
    guard let first = tables.first?.name, let dot = first.firstIndex(of: ".") else { return nil }
    let schema = first[..<dot]
    return tables.allSatisfy { $0.name.hasPrefix("\(schema).") } ? String(schema) : nil
  }

  /// A cell has one style: that of its first piece.
  private static func merged(_ line: Line, _ canvas: Canvas) -> Span {
    let text = line.map(\.text).joined()
    guard let first = line.first else { return Span("", canvas.theme[.foreground]) }
    return canvas.spans([Piece(text, first.role, bold: first.isBold)]).first ?? Span("", canvas.theme[.foreground])
  }

  private static func state(_ table: ReplicatedTable, brief: Bool) -> Line {
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
    if link.conflicts > 0 { line.append(Piece(" · \(Quantity.count(link.conflicts)) conflicts", .foreground)) }
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
