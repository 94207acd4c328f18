import CellGrid
import Operations

/// An event in full.
enum EventText {
  static func content(_ event: Event, in model: ConsoleModel, width: Int) -> DialogText {
    let mark = "\(GlyphSet.unicode.glyph(event.severity)) \(event.severity.rawValue)"
    var rows: [DialogText.Row] = [
      .init([
        Piece("\(event.at.date) \(event.at.timeOfDay)Z", .faint), Piece("   "), .outside(event.subject),
        .outside(event.actor.map { "   by \($0)" } ?? "", .faint),
      ]), .blank,
    ]
    rows += DialogText.wrapped(event.message, width: width)
    return DialogText(
      title: [Piece("Event \(event.id)", bold: true)], trailing: [Piece(mark, event.severity.role)],
      body: rows + [.blank],
      footer: [.init([Piece("Esc", bold: true), Piece("  back", .faint)])])
  }
}

/// Asks before leaving would end the host that runs an operation.
enum QuitText {
  static func content(in model: ConsoleModel) -> DialogText {
    let title = model.snapshot?.runningOperation?.title ?? "an operation"
    return DialogText(
      title: [Piece("Quit?", bold: true)],
      body: [
        .init([.outside(title), Piece(" is running in this process.", .foreground)]),
        .init([Piece("Leaving stops it where it is; the journal takes it up at the next start.", .faint)]), .blank,
      ],
      footer: [
        .init([
          Piece("y", bold: true), Piece("  quit all the same     ", .faint), Piece("Esc", bold: true),
          Piece("  stay", .faint),
        ])
      ])
  }
}
