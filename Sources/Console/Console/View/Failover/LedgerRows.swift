import CellGrid
import Operations

/// Every condition of acting by itself: whether it is so, what was seen, and how long ago.
enum LedgerRows {
  /// Why it is not failing over, or why it is: what is not so in full, and the names of what is.
  static func standing(_ failover: FailoverSnapshot, width: Int) -> FailoverPane.Section {
    let unmet = failover.unmet.count
    let title =
      failover.ledger.isEmpty
      ? "Why it does not fail over"
      : unmet == 0 ? "Why it may fail over by itself" : "Why it does not fail over by itself"
    let trailing: Line =
      failover.ledger.isEmpty
      ? []
      : unmet == 0
        ? [Piece("✓", .healthy), Piece(" all \(failover.ledger.count) met")]
        : [Piece("\(unmet) of \(failover.ledger.count) not met", failover.state.isTrouble ? .degraded : .faint)]
    var rows = self.rows(failover.unmet, unmetRole: failover.unmetRole, width: width, briefly: true)
    let met = failover.ledger.filter(\.isMet).map { Outside.text($0.name) }
    if failover.ledger.isEmpty { rows = [.init([Piece("no condition has been looked at yet", .faint)])] }
    if !met.isEmpty {
      let names = TextLayout.wrap(met.joined(separator: ", "), to: max(10, width - 2))
      rows += names.enumerated().map { index, text in
        .init([index == 0 ? Piece("✓ ", .healthy) : Piece("  "), Piece(text, .faint)])
      }
    }
    return FailoverPane.Section(title: [Piece(title, bold: true)], trailing: trailing, rows: rows)
  }

  /// All of them, in the order in which they are looked at.
  static func all(_ failover: FailoverSnapshot, width: Int) -> [FailoverPane.Section] {
    guard failover.ledger.contains(where: \.isMet) else { return [] }
    return [
      FailoverPane.Section(
        title: [Piece("Every condition of acting by itself", bold: true)],
        rows: rows(failover.ledger, unmetRole: failover.unmetRole, width: width))
    ]
  }

  /// Why it did, as things stood then; empty until it has.
  static func decision(_ failover: FailoverSnapshot, now: Timestamp, width: Int) -> [FailoverPane.Section] {
    guard !failover.lastDecision.isEmpty else { return [] }
    let at = failover.lastDecisionAt.map { "\($0.date == now.date ? "" : "\($0.date) ")\($0.timeOfDay)Z" } ?? ""
    return [
      FailoverPane.Section(
        title: [Piece("Why it acted by itself", bold: true), Piece(" · as things stood then", .faint)],
        trailing: [Piece(at, .faint)], rows: rows(failover.lastDecision, unmetRole: .degraded, width: width))
    ]
  }

  /// - Parameter briefly: whether vantages that are all content are left out.
  private static func rows(
    _ ledger: [FailoverCondition], unmetRole: Theme.Role, width: Int, briefly: Bool = false
  ) -> [DialogText.Row] {
    let nameWidth = min(24, ledger.map { DisplayWidth.of(Outside.text($0.name)) }.max() ?? 0)
    return ledger.flatMap { condition -> [DialogText.Row] in
      let name = Quantity.left(
        TextLayout.truncate(Outside.text(condition.name), to: nameWidth, ellipsis: "…"), nameWidth)
      let head: Line = [
        condition.isMet ? Piece("✓ ", .healthy) : Piece("✗ ", unmetRole, bold: true),
        Piece(name, condition.isMet ? .foreground : unmetRole, bold: !condition.isMet), Piece("  "),
      ]
      let age: Line = condition.ageSeconds.map { [Piece(Quantity.old($0), .faint)] } ?? []
      let indent = Piece(Quantity.left("", nameWidth + 4))
      let lines = TextLayout.wrap(Outside.text(condition.detail), to: max(10, width - nameWidth - 4 - 9))
      let rows = lines.enumerated().map { index, text in
        DialogText.Row(
          (index == 0 ? head : [indent]) + [Piece(text, condition.isMet ? .faint : .foreground)],
          trailing: index == 0 ? age : [])
      }
      let isContent = condition.voices.allSatisfy { $0.health == .healthy }
      return (rows.isEmpty ? [DialogText.Row(head, trailing: age)] : rows)
        + (briefly && isContent ? [] : voices(condition, indent: indent, width: width))
    }
  }

  /// By vantage, as many on a line as there is room for.
  private static func voices(_ condition: FailoverCondition, indent: Piece, width: Int) -> [DialogText.Row] {
    var (rows, line): ([DialogText.Row], Line) = ([], [])
    for voice in condition.voices {
      let age = voice.ageSeconds.map { " \(Quantity.short($0))" } ?? " never"
      let detail = voice.health == .healthy || voice.detail.isEmpty ? "" : " \(Outside.text(voice.detail))"
      let piece: Line = [
        Piece("\(GlyphSet.unicode.glyph(voice.health)) ", voice.health.role),
        .outside("\(voice.vantage.rawValue) (\(voice.network))"), Piece(detail, .faint), Piece(age, .faint),
        Piece("   "),
      ]
      if !line.isEmpty, indent.text.count + line.width(.unicode) + piece.width(.unicode) > width {
        rows.append(.init([indent] + line))
        line = []
      }
      line += piece
    }
    return line.isEmpty ? rows : rows + [.init([indent] + line)]
  }
}

extension FailoverSnapshot {
  /// While nothing is wrong it is no fault that a condition of failing over is not met.
  fileprivate var unmetRole: Theme.Role { state.isTrouble ? .degraded : .foreground }
}

extension Quantity {
  /// `0.4 s`, `14 s`, `3 min`.
  static func short(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "—" }
    // Tenths while they matter, and never milliseconds: nobody acts faster.
    if seconds.magnitude < 9.95 { return "\(Figure.fixed(max(0, seconds), decimals: 1)) s" }
    return Figure.duration(.milliseconds(Int64(min(max(0, seconds), 1e9) * 1000))).text
  }

  /// `0.4 s old`.
  static func old(_ seconds: Double) -> String { "\(short(seconds)) old" }
}
