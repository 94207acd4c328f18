import CellGrid
import Operations

/// What a wide card, and the dialog about a cloud, say of each vantage and each target.
enum CloudTables {
  static func drawVantages(
    _ cloud: CloudSnapshot, box: Rect, y: Int, rows: Int, role: Theme.Role, isFocused: Bool, now: Timestamp,
    on canvas: inout Canvas
  ) {
    canvas.divider(in: box, y: y, title: [Piece("vantages", .faint)], role: role, isFocused: isFocused)
    let area = Rect(x: box.x + 2, y: y + 1, width: box.width - 4, height: rows - 1)
    vantages(cloud, now: now, canvas: canvas)
      .draw(into: &canvas.grid, in: area, headerStyle: canvas.theme[.faint], glyphs: canvas.glyphs)
    overflow(cloud.vantages.count - (rows - 2), box: box, y: y, on: &canvas)
  }

  static func drawTargets(
    _ cloud: CloudSnapshot, box: Rect, y: Int, rows: Int, role: Theme.Role, isFocused: Bool, on canvas: inout Canvas
  ) {
    canvas.divider(in: box, y: y, title: [Piece("targets", .faint)], role: role, isFocused: isFocused)
    let area = Rect(x: box.x + 2, y: y + 1, width: box.width - 4, height: rows - 1)
    targets(cloud, canvas: canvas)
      .draw(into: &canvas.grid, in: area, headerStyle: canvas.theme[.faint], glyphs: canvas.glyphs)
    overflow((cloud.targetGroup?.value.targets.count ?? 0) - (rows - 2), box: box, y: y, on: &canvas)
  }

  private static func overflow(_ hidden: Int, box: Rect, y: Int, on canvas: inout Canvas) {
    guard hidden > 0 else { return }
    let row = Rect(x: box.x, y: y, width: box.width - 2, height: 1)
    canvas.writeTrailing([Piece(" + \(hidden) more ", .faint)], in: row)
  }

  static func vantages(_ cloud: CloudSnapshot, now: Timestamp, canvas: Canvas) -> Table {
    let columns: [Table.Column] = [
      .init("", width: .fixed(1)),
      .init("vantage", width: .flexible(weight: 2, minimum: 8, maximum: 16)),
      .init("network", width: .flexible(weight: 2, minimum: 7, maximum: 16)),
      .init("resolve", width: .fixed(7), alignment: .trailing),
      .init("connect", width: .fixed(7), alignment: .trailing),
      .init("TLS", width: .fixed(5), alignment: .trailing),
      .init("1st byte", width: .fixed(8), alignment: .trailing),
      .init("total ms", width: .fixed(8), alignment: .trailing),
      .init("last probe", width: .flexible(weight: 3, minimum: 10)),
    ]
    let rows = cloud.vantages.map { vantage -> [Span] in
      let timing = vantage.timing
      let milliseconds = [
        timing?.resolveMilliseconds, timing?.connectMilliseconds, timing?.tlsMilliseconds,
        timing?.firstByteMilliseconds, timing?.totalMilliseconds,
      ]
      let age = vantage.lastProbeAt.map { now - $0 }
      let old = age.flatMap { $0 > .seconds(10) ? " · \(Quantity.age($0)) old" : nil } ?? ""
      let mark = canvas.glyphs.glyph(vantage.health)
      return [
        span(Piece("\(mark)", vantage.health.role), canvas), span(.outside(vantage.id.rawValue), canvas),
        span(.outside(vantage.network, .faint), canvas),
      ]
        + milliseconds.map { span(Piece(Quantity.milliseconds($0), $0 == nil ? .faint : .foreground), canvas) }
        + [span(.outside(vantage.detail + old, vantage.health == .healthy ? .faint : .foreground), canvas)]
    }
    return Table(columns: columns, rows: rows)
  }

  static func targets(_ cloud: CloudSnapshot, canvas: Canvas) -> Table {
    let targets = cloud.targetGroup?.value.targets ?? []
    // Not every load balancer tells where its targets are.
    let hasAddresses = targets.contains { !$0.address.isEmpty }
    let columns: [Table.Column] =
      [
        .init("", width: .fixed(1)), .init("target", width: .flexible(weight: 2, minimum: 10, maximum: 28)),
        .init("state", width: .fixed(11)),
      ] + (hasAddresses ? [.init("address", width: .flexible(weight: 2, minimum: 14, maximum: 28))] : [])
      + [.init("reason", width: .flexible(weight: 2, minimum: 8))]
    // Those that need a look first.
    let order = targets.filter { $0.state != .healthy } + targets.filter { $0.state == .healthy }
    let rows = order.map { target in
      [
        span(Piece(mark(target.state), role(target.state)), canvas), span(.outside(target.id), canvas),
        span(Piece(target.state.rawValue, target.state == .healthy ? .faint : role(target.state)), canvas),
      ] + (hasAddresses ? [span(.outside(target.address, .faint), canvas)] : [])
        + [span(.outside(target.reason), canvas)]
    }
    return Table(columns: columns, rows: rows)
  }

  private static func span(_ piece: Piece, _ canvas: Canvas) -> Span {
    canvas.spans([piece]).first ?? Span("", canvas.theme[piece.role])
  }

  static func mark(_ state: Target.State) -> String {
    switch state {
    case .healthy: "●"
    case .initial, .draining: "▲"
    case .unhealthy: "✖"
    case .unavailable: "?"
    }
  }

  static func role(_ state: Target.State) -> Theme.Role {
    switch state {
    case .healthy: .healthy
    case .initial, .draining: .degraded
    case .unhealthy: .down
    case .unavailable: .unknown
    }
  }
}
