import CellGrid
import Operations

/// What happened, put together from events and operations: when, what, by whom, and how long it took or lasted.
struct Timeline {
  struct Entry: Equatable {
    var at: Timestamp
    var mark: String
    var role: Theme.Role
    var text: String
    var actor: String?
    /// Nil where the question makes no sense.
    var lasted: Duration?
    /// It goes on.
    var isOpen = false
  }

  /// The newest first.
  var entries: [Entry]

  init(_ model: ConsoleModel) {
    let operations = (model.snapshot?.operations ?? []).filter { $0.kind != .replication }
    let told = operations.flatMap { Timeline.entries($0, now: model.now) }
    let events = (model.snapshot?.events ?? [])
    let own = events.enumerated().compactMap { index, event -> Entry? in
      guard event.severity != .info else { return nil }
      // An operation tells its own beginning, with its time.
      if operations.contains(where: { $0.title == event.message && abs(($0.startedAt - event.at).inSeconds) < 2 }) {
        return nil
      }
      return Timeline.entry(event, before: events.prefix(index), now: model.now)
    }
    let ranked = (told + own).enumerated().sorted { ($1.element.at, $0.offset) < ($0.element.at, $1.offset) }
    entries = ranked.map(\.element)
  }

  private static func entries(_ operation: OperationSnapshot, now: Timestamp) -> [Entry] {
    let state = operation.state
    let head = Entry(
      at: operation.startedAt, mark: state == .failed ? "✖" : state == .aborted ? "▲" : state == .running ? "▸" : "✓",
      role: state == .failed ? .down : state == .aborted ? .degraded : state == .running ? .focus : .healthy,
      text: operation.title + (operation.failure.map { " · \(state.rawValue): \($0)" } ?? ""), actor: operation.actor,
      lasted: (operation.endedAt ?? now) - operation.startedAt, isOpen: !state.isFinal)
    guard operation.kind == .failover else { return [head] }
    let steps = operation.steps.compactMap { step -> Entry? in
      guard let startedAt = step.startedAt, step.state != .pending, step.state != .skipped else { return nil }
      return Entry(
        at: startedAt, mark: String(GlyphSet.unicode.glyph(step.state)), role: step.state.role,
        text: "  \(step.title)\(step.detail.isEmpty ? "" : " · \(step.detail)")", actor: nil,
        lasted: (step.endedAt ?? now) - startedAt, isOpen: step.endedAt == nil)
    }
    return steps.reversed() + [head]
  }

  /// A trouble lasts until the next calmer word on the same subject.
  private static func entry(_ event: Event, before later: ArraySlice<Event>, now: Timestamp) -> Entry {
    let isTrouble = event.severity == .warning || event.severity == .critical
    let end = later.last { $0.subject == event.subject && ($0.severity == .notice || $0.severity == .info) }
    return Entry(
      at: event.at, mark: String(GlyphSet.unicode.glyph(event.severity)), role: event.severity.role,
      text: "\(event.subject): \(event.message)", actor: event.actor,
      lasted: isTrouble ? (end?.at ?? now) - event.at : nil, isOpen: isTrouble && end == nil)
  }
}

extension Timeline {
  /// More is history, and the journal has it.
  static let limit = 40

  func section(width: Int, now: Timestamp) -> FailoverPane.Section {
    let rows = entries.prefix(Timeline.limit).flatMap { row($0, width: width, now: now) }
    return FailoverPane.Section(
      title: [Piece("What happened", bold: true), Piece(" · newest first", .faint)],
      rows: rows.isEmpty ? [.init([Piece("nothing yet", .faint)])] : rows)
  }

  private func row(_ entry: Entry, width: Int, now: Timestamp) -> [DialogText.Row] {
    let time = entry.at.date == now.date ? entry.at.tenths : " \(entry.at.date.suffix(5))    "
    let head: Line = [Piece("\(time) ", .faint), Piece("\(entry.mark) ", entry.role)]
    let lasted = entry.lasted.map { Quantity.short($0.inSeconds) + (entry.isOpen ? " so far" : "") }
    let actor = entry.actor.map { Outside.text(String($0.prefix { $0 != " " })) }
    let trailing: Line =
      [Piece(actor ?? "", .faint), Piece(actor != nil && lasted != nil ? "  " : "")]
      + [Piece(lasted ?? "", entry.isOpen ? .foreground : .faint)]
    let room = width - head.width(.unicode) - trailing.width(.unicode) - 2
    let isGrave = entry.role == .down
    return [
      .init(
        head + [
          .outside(TextLayout.truncate(Outside.text(entry.text), to: max(10, room), ellipsis: "…"), bold: isGrave)
        ], trailing: trailing)
    ]
  }
}

extension Timestamp {
  /// `14:02:07.1`.
  var tenths: String { "\(timeOfDay).\(description.dropLast(3).suffix(1))" }
}
