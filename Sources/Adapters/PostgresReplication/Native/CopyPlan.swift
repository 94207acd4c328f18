import Operations

/// What a subscription goes on with, and what it is to be told of, when a copy begins. Pure.
///
/// A record that says `copying` with a position says that the subscription was asked for that copy. What the subscription
/// shows of any other table that is to be copied is of a copy before: the table was out of the publication since, say,
/// and what was written meanwhile was never sent.
struct CopyPlan: Sendable {
  /// Tables that are followed, or copied as they were asked for.
  private(set) var kept: [ScopedTable] = []
  /// Tables that the subscription was told of when it was made, and has not copied.
  private(set) var first: [ScopedTable] = []
  /// Tables that it is told of when they are empty.
  private(set) var anew: [ScopedTable] = []
  /// Those of them that it has to forget before.
  private(set) var stale: [ScopedTable] = []
  /// Those of them whose rows are the link's to throw away.
  private(set) var ours: [ScopedTable] = []
  /// Tables that the target does not have yet.
  private(set) var open: [ScopedTable] = []

  init(_ view: LinkTables, _ subscription: Subscription) {
    for table in view.carried() {
      // One without a record came after the preparation, and waits for the next.
      guard let record = view.records[table.name] else { continue }
      let seen = subscription.tables[table.name]?.state
      switch record.state {
      case .streaming where seen != nil:
        kept.append(table)
        if seen == .streaming { continue }
      case .copying where seen != nil && view.isAskedFor(table.name): kept.append(table)
      case .waiting where seen == .copying: first.append(table)
      // Of what it does not carry it has missed changes, whatever the record says.
      case .streaming, .copying, .waiting:
        anew.append(table)
        if seen != nil { stale.append(table) }
        if record.state != .waiting { ours.append(table) }
      case .parked, .refused: continue
      }
      open.append(table)
    }
  }

  /// All that it carries from now on.
  var carried: [ScopedTable] { kept + first + anew }
}
