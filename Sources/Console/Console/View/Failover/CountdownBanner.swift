import CellGrid
import Operations

/// What will happen by itself, when, and the key that stops it: at the foot of every screen while a countdown runs. It
/// moves nothing that stands above it.
enum CountdownBanner {
  /// Rows that it takes above the key bar; a dialog on a small screen leaves it one.
  static func height(_ model: ConsoleModel) -> Int {
    guard model.countdown != nil else { return 0 }
    return ScreenLayout.kind(of: model.size) == .compact && !model.dialogs.isEmpty ? 1 : BigDigits.height + 2
  }

  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    guard let failover = model.failover, let seconds = model.countdownSeconds, !layout.banner.isEmpty else { return }
    let area = layout.banner
    let alarm = canvas.theme[.down].adding(.reverse)
    canvas.grid.fill(area, style: canvas.theme[.down])
    if area.height == 1 {
      let line: Line = [Piece(headline(failover, seconds: seconds), .down, bold: true), Piece("   ")] + keys(model)
      canvas.write(line, at: Point(x: area.x + 1, y: area.y), width: area.width - 2)
      canvas.grid.restyle(area) { _ in alarm }
      return
    }
    let inside = canvas.box(area, title: [], role: .down, isFocused: true)
    let digits = BigDigits.rows(seconds, glyphs: canvas.glyphs)
    let width = (digits.first?.count ?? 0) + 4
    let block = Rect(x: inside.x, y: inside.y, width: width, height: inside.height)
    for (row, text) in digits.enumerated() {
      canvas.grid.write(text, at: Point(x: inside.x + 2, y: inside.y + row), style: canvas.theme[.down])
    }
    canvas.grid.restyle(block) { _ in alarm }
    let x = block.right + 2
    let lines = [
      [Piece(headline(failover, seconds: seconds), .down, bold: true)], keys(model), reason(failover, model: model),
    ]
    for (row, line) in lines.enumerated() {
      canvas.write(line, at: Point(x: x, y: inside.y + row), width: inside.right - x)
    }
  }

  private static func headline(_ failover: FailoverSnapshot, seconds: Int) -> String {
    let what = failover.request?.participle.uppercased() ?? "ACTING"
    return seconds == 0 ? "\(what) NOW" : "\(what) IN \(seconds) s"
  }

  /// A letter that would go into a line being typed stops nothing.
  private static func keys(_ model: ConsoleModel) -> Line {
    [
      Piece(model.isTyping ? "Ctrl-X" : "x", .focus, bold: true), Piece(" stops it", bold: true),
      Piece(model.isTyping ? "" : "     p", .focus, bold: true),
      Piece(model.isTyping ? "" : " pauses the automation", .foreground),
      Piece(model.isTyping ? "" : "     w", .focus, bold: true), Piece(model.isTyping ? "" : " says why"),
    ]
  }

  private static func reason(_ failover: FailoverSnapshot, model: ConsoleModel) -> Line {
    if model.lostSince != nil {
      return [Piece("the host is lost: it may act all the same", .unknown)]
    }
    let cause = failover.subject.flatMap { model.snapshot?.cloud($0) }
    let why = cause?.verdict.value.reasons.first ?? "every condition is met"
    let subject = failover.subject.map { "\($0.shown): " } ?? ""
    return [.outside(subject + why, .faint)]
  }
}
