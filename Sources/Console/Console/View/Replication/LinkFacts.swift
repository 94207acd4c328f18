import CellGrid
import Operations

/// What is known of a link, as rows with a label, figures and perhaps a graph.
enum LinkFacts {
  static func rows(_ link: ReplicationLinkSnapshot, in snapshot: Snapshot, now: Timestamp, brief: Bool) -> [CardRow] {
    let end = snapshot.generatedAt
    return (link.baseline == nil ? [] : [CardRow(label: "baseline", figures: [])])
      + lag(link, now: now, end: end, brief: brief) + flow(link, end: end, brief: brief)
      + [slot(link, now: now), clocks(link)]
  }

  private static func lag(
    _ link: ReplicationLinkSnapshot, now: Timestamp, end: Timestamp, brief: Bool
  ) -> [CardRow] {
    guard let observation = link.lag else {
      return [.unknown("lag")] + (brief ? [] : [CardRow(label: "", figures: [])])
    }
    let lag = observation.value
    let stale = observation.isStale(at: now) ? observation.age(at: now) : nil
    let graph = CardRow.Graph(
      samples: link.lagHistory, minimumTop: 1, rows: brief ? 1 : 2, endsAt: end, isPeak: true)
    let received = figures(lag.receivedSeconds, lag.receivedBytes)
    let applied = figures(lag.appliedSeconds, lag.appliedBytes)
    if brief {
      let line = [Piece("received", .faint)] + received + [Piece(" applied", .faint)] + applied
      return [CardRow(label: "lag", figures: line, graph: graph, staleAge: stale)]
    }
    return [
      CardRow(label: "lag", figures: [Piece("received ", .faint)] + received, graph: graph, staleAge: stale),
      CardRow(
        label: "", figures: [Piece("applied  ", .faint)] + applied.map { stale == nil ? $0 : Piece($0.text, .faint) }),
    ]
  }

  private static func figures(_ seconds: Double, _ bytes: UInt64) -> Line {
    [Piece(" \(Quantity.behind(seconds))"), Piece(" \(Quantity.bytes(bytes))", .faint)]
  }

  private static func flow(_ link: ReplicationLinkSnapshot, end: Timestamp, brief: Bool) -> [CardRow] {
    let graph = CardRow.Graph(
      samples: link.rowsHistory, minimumTop: 10, rows: brief ? 1 : 2, endsAt: end, isPeak: false)
    let rows: Line = [Piece(Quantity.rate(link.rowsPerSecond)), Piece(" rows/s", .faint)]
    let transactions: Line = [Piece(Quantity.rate(link.transactionsPerSecond)), Piece(" tx/s", .faint)]
    if brief { return [CardRow(label: "flow", figures: rows + [Piece("   ")] + transactions, graph: graph)] }
    return [CardRow(label: "flow", figures: rows, graph: graph), CardRow(label: "", figures: transactions)]
  }

  private static func slot(_ link: ReplicationLinkSnapshot, now: Timestamp) -> CardRow {
    guard let observation = link.slot else {
      return .unknown("slot", link.mode == .snapshot ? "— a snapshot needs none" : "— not known")
    }
    let slot = observation.value
    let held: Line = slot.active ? [Piece("being read", .faint)] : [Piece("▲ nobody reads it", .degraded)]
    let alarm = link.slotAlarm?.role
    let mark = alarm == nil ? "" : alarm == .down ? "✖ " : "▲ "
    // What may be lost stands first: on a narrow screen the rest is cut.
    let figures: Line =
      [
        Piece("keeps ", .faint), Piece(Figure.bytes(Int(clamping: slot.retainedBytes)).text),
        Piece(" of log · ", .faint), Piece("\(mark)\(slot.safety)", alarm ?? .faint, bold: alarm != nil),
        Piece(" · ", .faint),
      ] + held + [.outside(" · \(slot.name)", .faint)]
    return CardRow(
      label: "slot", figures: figures, staleAge: observation.isStale(at: now) ? observation.age(at: now) : nil)
  }

  private static func clocks(_ link: ReplicationLinkSnapshot) -> CardRow {
    let position: Line =
      link.appliedPosition.map { [Piece(" · applied up to ", .faint), Piece("\($0)")] } ?? []
    guard let skew = link.clockSkewSeconds, skew.isFinite else {
      return CardRow(label: "clocks", figures: [Piece("— not compared", .faint)] + position)
    }
    let target = Outside.text(link.target.rawValue)
    let amount = Figure.duration(.microseconds(Int64(min(skew.magnitude, 1e9) * 1e6))).text
    let isWide = skew.magnitude >= 0.5
    let words = "\(target) is \(amount) \(skew < 0 ? "behind" : "ahead of") \(Outside.text(link.source.rawValue))"
    return CardRow(
      label: "clocks", figures: [Piece((isWide ? "▲ " : "") + words, isWide ? .degraded : .faint)] + position)
  }

  /// A gauge between its label and its figures: `█████▌      62 %  5 of 12 tables  1.2 of 2.0 GB  3 min left`.
  static func drawBaseline(_ baseline: ReplicationLinkSnapshot.Baseline, in area: Rect, on canvas: inout Canvas) {
    let share = baseline.bytesTotal > 0 ? Double(baseline.bytesDone) / Double(baseline.bytesTotal) : nil
    let making = baseline.rebuilding.first.map { name in
      let others = baseline.rebuilding.count > 1 ? " +\(baseline.rebuilding.count - 1)" : ""
      return "making \(Outside.text(name))\(others)"
    }
    let left = making ?? Quantity.rest(baseline.remainingSeconds).map { "\($0) left" } ?? "no rate yet"
    let words: Line = [
      Piece(Quantity.percent(share.map { min($0, 1) }), bold: true),
      Piece("  \(baseline.tablesDone) of \(baseline.tablesTotal) tables", .faint),
      Piece("  \(Figure.bytes(Int(clamping: baseline.bytesDone)).text)"),
      Piece(" of \(Figure.bytes(Int(clamping: baseline.bytesTotal)).text)", .faint),
      Piece("  \(left)"),
    ]
    let width = min(words.width(canvas.glyphs), area.width)
    let gauge = Rect(x: area.x, y: area.y, width: min(60, area.width - max(width, 50) - 1), height: 1)
    Gauge(share: share).draw(
      into: &canvas.grid, in: gauge, style: canvas.theme[.focus], emptyStyle: canvas.theme[.line],
      glyphs: canvas.glyphs)
    let start = gauge.width > 0 ? gauge.right + 1 : area.x
    canvas.write(words, at: Point(x: start, y: area.y), width: area.right - start)
  }
}
