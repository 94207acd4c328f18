import CellGrid
import Operations

/// The weighted record set as faders: what is configured, what the authoritative servers answer, what arrives.
enum WeightsPane {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    guard let recordSet = model.snapshot?.recordSet else { return }
    let isFocused = model.focus == .weights && model.dialogs.isEmpty
    let title: Line = [
      Piece("DNS weights", bold: true),
      Piece(" · TTL \(Quantity.age(recordSet.ttl))", .faint),
    ]
    let inside = canvas.box(
      layout.weights, title: title, trailing: agreement(recordSet, now: model.now),
      remark: remark(model, recordSet), role: model.staged == nil ? .line : .staged, isFocused: isFocused)
    let columns = Columns(inside, compact: layout.kind == .compact)
    let isWide = layout.kind != .compact
    if isWide { drawHeader(columns, y: inside.y, on: &canvas) }
    guard let weights = model.configured else {
      canvas.write(
        "the configured weights are not known", .unknown, at: Point(x: inside.x, y: inside.bottom - 1),
        width: inside.width)
      return
    }
    for (index, entry) in weights.entries.enumerated() {
      let y = inside.y + index + (isWide ? 1 : 0)
      guard y < inside.bottom else { break }
      drawFader(entry.cloud, model: model, recordSet: recordSet, columns: columns, y: y, on: &canvas)
    }
    if model.lostSince != nil { canvas.fade(inside) }
  }

  /// Columns of a fader's line; all of fixed width but the track.
  private struct Columns {
    var pointer: Int
    var name: Rect
    var weight: Int
    var staged: Int
    var track: Rect
    var configured: Int?
    var answers: Int
    var traffic: Int
    var isCompact: Bool

    init(_ inside: Rect, compact: Bool) {
      isCompact = compact
      pointer = inside.x
      name = Rect(x: inside.x + 2, y: inside.y, width: compact ? 10 : 14, height: 1)
      weight = name.right + 1
      staged = weight + 3
      let shares = compact ? 31 : 46
      traffic = inside.right - (compact ? 13 : 10)
      answers = traffic - (compact ? 15 : 14)
      configured = compact ? nil : answers - 14
      let start = staged + 8
      track = Rect(x: start, y: inside.y, width: max(4, inside.right - shares - start), height: 1)
    }
  }

  private static func drawHeader(_ columns: Columns, y: Int, on canvas: inout Canvas) {
    canvas.write("weight", .faint, at: Point(x: columns.weight - 3, y: y), width: 7)
    let labels = [(columns.configured, "configured"), (columns.answers, "  answered"), (columns.traffic, "  arriving")]
    for case (let x?, let label) in labels { canvas.write(label, .faint, at: Point(x: x, y: y), width: 10) }
  }

  private static func drawFader(
    _ cloud: CloudID, model: ConsoleModel, recordSet: RecordSetSnapshot, columns: Columns, y: Int,
    on canvas: inout Canvas
  ) {
    guard let configured = recordSet.configured else { return }
    let isSelected = model.focus == .weights && model.cloud == cloud
    let isOld = configured.isStale(at: model.now)
    if isSelected {
      canvas.grid.put(canvas.glyphs.pointer, at: Point(x: columns.pointer, y: y), style: canvas.theme[.focus])
    }
    canvas.write(
      [.outside(cloud.rawValue, bold: isSelected)], at: Point(x: columns.name.x, y: y), width: columns.name.width)
    let weight = configured.value[cloud] ?? 0
    canvas.write(
      Quantity.right(String(weight), 3), isOld ? .faint : .foreground, at: Point(x: columns.weight, y: y), width: 3)
    let staged = model.staged?[cloud]
    if let staged, staged != weight {
      canvas.write(
        [Piece(" → \(Quantity.right(String(staged), 3))", .staged)], at: Point(x: columns.staged, y: y), width: 6)
    }
    let standing = configured.value.share(of: cloud)
    let fader = Fader(
      value: model.staged?.share(of: cloud) ?? standing, maximum: 1, mark: model.staged == nil ? nil : standing)
    let style = canvas.theme[staged == nil ? (isSelected ? .focus : isOld ? .faint : .foreground) : .staged]
    fader.draw(
      into: &canvas.grid, in: Rect(x: columns.track.x, y: y, width: columns.track.width, height: 1), style: style,
      trackStyle: canvas.theme[.line], markStyle: canvas.theme[.foreground], glyphs: canvas.glyphs)
    drawShares(cloud, recordSet: recordSet, now: model.now, columns: columns, y: y, on: &canvas)
  }

  private static func drawShares(
    _ cloud: CloudID, recordSet: RecordSetSnapshot, now: Timestamp, columns: Columns, y: Int, on canvas: inout Canvas
  ) {
    if let x = columns.configured {
      canvas.write(
        Quantity.percent(recordSet.configured?.value.share(of: cloud)), at: Point(x: x + 5, y: y), width: 5)
    }
    let answers = recordSet.authoritative
    let answered = answers?.value.sampleCount == 0 ? nil : answers?.value.shares.first { $0.cloud == cloud }?.share
    let arriving = recordSet.observedShares?.value.first { $0.cloud == cloud }?.share
    let figures = [
      (columns.answers, "answers ", answered, answers?.isStale(at: now) ?? true),
      (columns.traffic, "traffic ", arriving, recordSet.observedShares?.isStale(at: now) ?? true),
    ]
    for (x, label, share, isOld) in figures {
      let figure = Piece(Quantity.percent(share), isOld ? .faint : .foreground)
      let line = columns.isCompact ? [Piece(label, .faint), figure] : [Piece("     "), figure]
      canvas.write(line, at: Point(x: x, y: y), width: 13)
    }
  }

  private static func agreement(_ recordSet: RecordSetSnapshot, now: Timestamp) -> Line {
    guard let observation = recordSet.authoritative else { return [Piece("? authoritative not asked yet", .unknown)] }
    let answers = observation.value
    let answering = answers.servers.count { $0.answering }
    let servers: Line = [
      Piece(
        " · \(answering)/\(answers.servers.count) \(answers.servers.count == 1 ? "server" : "servers")",
        answering < answers.servers.count ? .degraded : .faint)
    ]
    if observation.isStale(at: now) {
      return [Piece("? last answer \(Quantity.age(observation.age(at: now))) old", .unknown)] + servers
    }
    if answering == 0 { return [Piece("✖ authoritative silent", .down)] + servers }
    switch answers.agrees {
    case true: return [Piece("●", .healthy), Piece(" authoritative agrees", .faint)] + servers
    case false: return [Piece("▲ authoritative disagrees", .degraded)] + servers
    case nil: return [Piece("? too few answers to judge", .faint)] + servers
    }
  }

  /// What is staged, or how far the last change has come.
  private static func remark(_ model: ConsoleModel, _ recordSet: RecordSetSnapshot) -> Line {
    if let configured = recordSet.configured, configured.isStale(at: model.now) {
      return [Piece("weights as they were \(Quantity.age(configured.age(at: model.now))) ago", .unknown)]
    }
    if let staged = model.staged {
      let key = Keystroke(.enter).label(model.glyphs)
      return [
        Piece("staged \(staged.ratio)", .staged, bold: true), Piece(" · not written · ", .faint),
        Piece(key, bold: true),
        Piece(" shows the plan · ", .faint), Piece("Esc", bold: true), Piece(" drops it", .faint),
      ]
    }
    guard let changed = recordSet.lastChangedAt, let settles = recordSet.settlesAt else { return [] }
    let left = settles - model.now
    if left > .zero {
      // Rounded up: the last second counts until it is over.
      let seconds = (left + .milliseconds(999)).components.seconds
      return [
        Piece("changed \(changed.timeOfDay)Z · clients follow within ", .faint),
        Piece("\(Quantity.right(String(seconds), 2)) s", .staged), Piece(" (TTL)", .faint),
      ]
    }
    return [Piece("changed \(changed.timeOfDay)Z · TTL elapsed", .faint)]
  }
}
