import CellGrid
import Operations

/// The first two lines: whose house this is, who may move levers, whether the figures are live; and the situation.
enum HeaderPane {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    let isCompact = layout.kind == .compact
    let clock: Line = [Piece("\(model.now.timeOfDay)Z", .foreground)]
    let right = connection(model, brief: isCompact) + [Piece(isCompact ? "  " : "     ")] + clock
    let row = layout.header.inset(left: 1, right: 1)
    canvas.writeTrailing(right, in: row)
    let room = row.width - right.width(canvas.glyphs) - 2
    let title = isCompact ? [] : [Piece("signalbox", .faint), Piece("  ")]
    guard let snapshot = model.snapshot else {
      canvas.write([Piece("signalbox", .foreground, bold: true)], at: row.origin, width: room)
      return
    }
    let service = title + [Piece.outside(snapshot.service, bold: true)]
    let gap = isCompact ? 2 : layout.kind == .regular ? 4 : 8
    func facts(via: Line) -> (lines: [Line], width: Int) {
      let lines = [
        primary(snapshot), automation(snapshot, model: model, brief: isCompact),
        lease(snapshot, via: via, brief: isCompact),
      ]
      return (lines, lines.reduce(0) { $0 + $1.width(canvas.glyphs) + gap })
    }
    // Names from outside may be long; what says who is primary comes before all of a long name, and the name before what
    // keeps the lease.
    var shown = facts(via: via(snapshot.lease, kind: layout.kind))
    if service.width(canvas.glyphs) + shown.width > room { shown = facts(via: []) }
    let (facts, needed) = shown
    var x = row.x + canvas.write(service, at: row.origin, width: max(12, room - needed))
    for fact in facts {
      x += gap
      x += canvas.write(fact, at: Point(x: x, y: row.y), width: row.x + room - x)
    }
  }

  static func drawSituation(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    let findings = Situation(model).findings
    let row = layout.situation.inset(left: 1, right: 1)
    guard let first = findings.first else { return }
    let more = findings.count > 1 ? [Piece("  + \(findings.count - 1) more", .faint)] : []
    let glyph = String(canvas.glyphs.glyph(first.health))
    drawLoad(model, in: row, beside: first, on: &canvas)
    var line: Line = [
      Piece("\(glyph) \(first.headline)", first.health.role, bold: true), Piece("  "),
      Piece(first.detail, first.health == .healthy ? .faint : .foreground),
    ]
    for finding in findings.dropFirst() {
      let next: Line = [
        Piece("   \(canvas.glyphs.glyph(finding.health)) \(finding.headline)", finding.health.role),
        Piece("  \(finding.detail)", .faint),
      ]
      guard (line + next).width(canvas.glyphs) <= row.width else {
        canvas.writeTrailing(more, in: row)
        break
      }
      line += next
    }
    let isCut = findings.count > 1 && line.width(canvas.glyphs) + more.width(canvas.glyphs) > row.width
    canvas.write(line, at: row.origin, width: isCut ? row.width - more.width(canvas.glyphs) : row.width)
  }

  /// What is served, at the right edge while all is well: figures that never push the words about.
  private static func drawLoad(
    _ model: ConsoleModel, in row: Rect, beside finding: Situation.Finding, on canvas: inout Canvas
  ) {
    guard finding.health == .healthy, let clouds = model.snapshot?.clouds else { return }
    let rates = clouds.compactMap { $0.requestsPerSecond?.fresh(at: model.now) }
    let slowest = clouds.compactMap { $0.latency?.fresh(at: model.now)?.p99Milliseconds }.max()
    canvas.writeTrailing(
      [
        Piece(Quantity.rate(rates.isEmpty ? nil : rates.reduce(0, +))), Piece(" req/s served", .faint), Piece("   "),
        Piece("slowest p99", .faint), Piece(Quantity.milliseconds(slowest)), Piece(" ms", .faint),
      ], in: row)
  }

  private static func primary(_ snapshot: Snapshot) -> Line {
    guard let primary = snapshot.primary else { return [Piece("PRIMARY ", .faint), Piece("✖ none", .down)] }
    return [Piece("PRIMARY ", .faint), .outside(primary.rawValue, bold: true)]
  }

  /// The policy; on a small screen only while there is nothing to say of what it does.
  private static func automation(_ snapshot: Snapshot, model: ConsoleModel, brief: Bool) -> Line {
    let label = Piece(brief ? "AUTO " : "AUTOMATION ", .faint)
    if model.isAutomationPaused { return [label, Piece("▲ paused", .degraded)] }
    guard let failover = snapshot.failover, failover.state != .watching else {
      return [label, Piece((snapshot.failover?.policy ?? snapshot.automation).rawValue)]
    }
    let seconds = model.countdownSeconds.map { "acts in \($0) s" }
    let state = Piece("\(failover.state.mark) \(seconds ?? failover.state.headerWord)", failover.state.role, bold: true)
    return brief ? [label, state] : [label, Piece(failover.policy.rawValue), Piece(" "), state]
  }

  private static func lease(_ snapshot: Snapshot, via: Line, brief: Bool) -> Line {
    let label: Line = [Piece("LEASE ", .faint)]
    guard let holder = snapshot.lease.holder.map({ String($0.prefix { $0 != " " }) }) else {
      return label + [Piece("▲ nobody", .degraded)] + via
    }
    if snapshot.lease.heldHere { return label + [.outside(holder)] + via }
    return label + [.outside("▲ \(holder)", .degraded)] + via
      + (brief ? [] : [Piece(" · looking only", .faint)])
  }

  /// What keeps the lease: its kind, and in full where there is room.
  private static func via(_ lease: LeaseSnapshot, kind: ScreenLayout.Kind) -> Line {
    guard let via = lease.via, kind != .compact else { return [] }
    return [.outside(" by \(kind == .wide ? via : String(via.prefix { $0 != " " }))", .faint)]
  }

  /// How old a snapshot may grow before its age is said.
  static let liveFor = Duration.seconds(3)

  private static func connection(_ model: ConsoleModel, brief: Bool) -> Line {
    switch model.connection {
    case .lost(_, let since):
      return [Piece("✖ host lost \(Quantity.age(model.now - since))\(brief ? "" : ", reconnecting")", .down)]
    case nil: return [Piece("? connecting", .unknown)]
    case .local, .attached:
      guard let snapshot = model.snapshot else { return [Piece("? no snapshot yet", .unknown)] }
      let age = model.now - snapshot.generatedAt
      let place = model.connection == .local ? "local" : "attached"
      guard age <= liveFor else { return [Piece("▲ \(brief ? "" : "\(place) · ")\(Quantity.age(age)) old", .degraded)] }
      return [Piece("●", .healthy), Piece(brief ? " live" : " \(place) · live", .faint)]
    }
  }
}
