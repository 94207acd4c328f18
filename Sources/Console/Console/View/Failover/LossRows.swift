import CellGrid
import Operations

/// What an unplanned failover would lose now. What is not known is said to be unknown, and never looks like nothing.
enum LossRows {
  static func section(_ failover: FailoverSnapshot, now: Timestamp, width: Int) -> FailoverPane.Section {
    let limit = failover.ledger.first { $0.name == "loss-within-rpo" }
    var rows = [DialogText.Row(amount(failover, now: now), trailing: age(failover, now: now))]
    if let limit {
      let mark = limit.isMet ? Piece("✓ ", .healthy) : Piece("✗ ", .degraded, bold: true)
      let words = TextLayout.wrap(Outside.text(limit.detail), to: max(10, width - 6))
      rows += words.enumerated().map { index, text in
        let head: Line = index == 0 ? [mark, Piece("RPO ", .faint)] : [Piece("      ")]
        return .init(head + [Piece(text, limit.isMet ? .faint : .foreground)])
      }
    }
    return FailoverPane.Section(title: [Piece("What a failover now would lose", bold: true)], rows: rows)
  }

  private static func amount(_ failover: FailoverSnapshot, now: Timestamp) -> Line {
    guard let loss = failover.loss else {
      return [Piece("? not known", .unknown, bold: true), Piece("  it was never measured: it may be anything", .faint)]
    }
    if loss.isStale(at: now) {
      return [
        Piece("? not known", .unknown, bold: true),
        Piece("  when last measured at most \(loss.value.words)", .faint),
      ]
    }
    if loss.value.isNothing { return [Piece("  nothing", bold: true), Piece("  everything has arrived", .faint)] }
    return [Piece("  at most ", .faint), Piece(loss.value.words, bold: true)]
  }

  private static func age(_ failover: FailoverSnapshot, now: Timestamp) -> Line {
    guard let loss = failover.loss else { return [] }
    return [
      Piece("\(Quantity.old(loss.age(at: now).inSeconds))", loss.isStale(at: now) ? .unknown : .faint)
    ]
  }
}
