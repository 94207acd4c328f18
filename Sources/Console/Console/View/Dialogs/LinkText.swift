import CellGrid
import Operations

/// All that is known of a link and of one of its tables, in full and in lines that can be scrolled.
enum LinkText {
  static func content(_ id: LinkID, table: String?, scroll: Int, in model: ConsoleModel, width: Int) -> DialogText {
    let title: Line = [.outside(id.rawValue, bold: true)]
    guard let link = model.links.first(where: { $0.id == id }) else {
      return DialogText(title: title, body: [.init([Piece("the host does not speak of this link any more", .faint)])])
    }
    let chosen = link.tables.first { $0.name == table }
    return DialogText(
      title: title + [Piece(" · \(link.way) · \(link.mode.rawValue)", .faint)],
      trailing: link.stateLine(now: model.now),
      body: head(link, now: model.now, width: width) + slot(link, now: model.now)
        + (chosen.map { self.table($0, now: model.now, width: width) } ?? []),
      first: scroll)
  }

  private static func head(_ link: ReplicationLinkSnapshot, now: Timestamp, width: Int) -> [DialogText.Row] {
    let since = "\(link.since.date) \(link.since.timeOfDay)Z (\(Quantity.age(now - link.since)))"
    let reasons = link.reasons.flatMap { reason -> [DialogText.Row] in
      full(reason, indent: "  ", width: width) + [.blank]
    }
    return [.init([Piece("\(link.state.word) since \(since)", .faint)]), .blank] + reasons
  }

  private static func slot(_ link: ReplicationLinkSnapshot, now: Timestamp) -> [DialogText.Row] {
    var rows: [DialogText.Row] = []
    if let lag = link.lag {
      let value = lag.value
      rows.append(
        fact(
          "received",
          "\(Quantity.lag(value.receivedSeconds).text) and \(Figure.bytes(Int(clamping: value.receivedBytes)).text) behind",
          lag, now))
      rows.append(
        fact(
          "applied",
          "\(Quantity.lag(value.appliedSeconds).text) and \(Figure.bytes(Int(clamping: value.appliedBytes)).text) behind",
          lag, now))
    }
    if let position = link.appliedPosition {
      rows.append(.init([Piece("  \(Quantity.left("applied up to", 16))", .faint), Piece("\(position)")]))
    }
    if let slot = link.slot {
      rows.append(fact("slot", Outside.text(slot.value.name), slot, now))
      rows.append(fact("log kept", Figure.bytes(Int(clamping: slot.value.retainedBytes)).text, slot, now))
      rows.append(fact("log left", slot.value.safety, slot, now))
    }
    return rows + [.blank]
  }

  private static func fact<Value>(
    _ name: String, _ value: String, _ observation: Observation<Value>, _ now: Timestamp
  ) -> DialogText.Row {
    let isOld = observation.isStale(at: now)
    return .init(
      [
        Piece("\(isOld ? "?" : " ") \(Quantity.left(name, 16))", .faint), Piece(value),
        .outside("  \(observation.source)", .faint),
      ],
      trailing: [Piece("\(Quantity.age(observation.age(at: now))) old", isOld ? .unknown : .faint)])
  }

  private static func table(_ table: ReplicatedTable, now: Timestamp, width: Int) -> [DialogText.Row] {
    var rows: [DialogText.Row] = [
      .init([
        .outside(table.name, bold: true), Piece("  "),
        Piece("\(table.state.mark) \(table.state.rawValue)", table.state.role),
      ])
    ]
    if let reason = table.reason { rows += full(reason, indent: "  ", width: width) }
    let applied = "  \(table.rowsApplied) rows applied, \(Quantity.conflicts(table.conflicts)) conflicts"
    rows.append(.init([Piece(applied, .faint)]))
    guard let verify = table.lastVerify else { return rows + [.init([Piece("  never verified", .faint)])] }
    rows.append(
      .init([Piece("  ")] + verify.verdict + [Piece(" at \(verify.at.date) \(verify.at.timeOfDay)Z", .faint)]))
    rows += DialogText.wrapped(verify.account, .faint, indent: "  ", width: width)
    if let failure = verify.failure { rows += full(failure, indent: "  ", width: width) }
    return rows
  }

  /// All of a text from outside, however long: a remedy that is cut mends nothing.
  private static func full(_ text: String, indent: String, width: Int) -> [DialogText.Row] {
    let clean = TextSanitizer(limit: 4000, lineBreak: .space).sanitize(text)
    return TextLayout.wrap(clean, to: max(1, width - indent.count)).map { .init([Piece(indent + $0)]) }
  }
}
