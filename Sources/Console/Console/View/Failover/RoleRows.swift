import CellGrid
import Operations

/// What each database says of its own right to take writes.
enum RoleRows {
  static func section(_ failover: FailoverSnapshot, now: Timestamp, width: Int) -> FailoverPane.Section {
    let rows =
      failover.roles.isEmpty
      ? [DialogText.Row([Piece("no database has been asked yet", .faint)])]
      : failover.roles.flatMap { self.rows($0, now: now, width: width) }
    return FailoverPane.Section(
      title: [Piece("Who may take writes", bold: true)], trailing: verdict(failover, now: now), rows: rows)
  }

  private static func verdict(_ failover: FailoverSnapshot, now: Timestamp) -> Line {
    let fresh = failover.roles.compactMap { $0.role.fresh(at: now) }
    let writers = fresh.count { $0.takesWrites }
    if writers > 1 { return [Piece("✖ \(writers) TAKE WRITES", .down, bold: true)] }
    if fresh.count < failover.roles.count { return [Piece("? not all of them answer", .unknown)] }
    return writers == 1 ? [Piece("✓", .healthy), Piece(" exactly one")] : [Piece("▲ none does", .degraded)]
  }

  private static func rows(_ view: FailoverSnapshot.RoleView, now: Timestamp, width: Int) -> [DialogText.Row] {
    let (role, isOld) = (view.role.value, view.role.isStale(at: now))
    let name = Quantity.left(TextLayout.truncate(view.cloud.shown, to: 10, ellipsis: "…"), 10)
    let mark: Piece =
      isOld
      ? Piece("? ", .unknown)
      : role.isContradictory ? Piece("✖ ", .down) : role.takesWrites ? Piece("● ", .healthy) : Piece("  ")
    let plain: Theme.Role = isOld ? .faint : .foreground
    let age: Line = [
      Piece("\(Quantity.age(view.role.age(at: now))) old", isOld ? .unknown : .faint)
    ]
    let facts: Line = [
      mark, Piece(name, plain, bold: true), Piece(Quantity.left(role.standing.rawValue, 11), plain),
      role.writing(isOld: isOld), Piece("generation ", .faint), Piece(Quantity.left("\(role.generation)", 6), plain),
    ]
    let lease = role.lease(seenAgo: view.role.age(at: now), isOld: isOld)
    let source: Line = width >= 130 || width < 114 ? [.outside("  \(view.role.source)", .faint)] : []
    let place: Line = [Piece("log ends at ", .faint), Piece("\(role.position)", plain)] + source
    guard width >= 114 else {
      return [
        .init(facts, trailing: age), .init([Piece(Quantity.left("", 12))] + lease + [Piece("   ")] + place),
      ]
    }
    let leaseWidth = 26
    let gap = Piece(Quantity.left("", max(1, leaseWidth - lease.width(.unicode))))
    return [.init(facts + lease + [gap] + place, trailing: age)]
  }
}

extension DatabaseRole {
  /// It says one thing and does another.
  var isContradictory: Bool { standing == .fenced && takesWrites }

  fileprivate func writing(isOld: Bool) -> Piece {
    // What was said long ago is told as what was.
    let words =
      isOld
      ? (takesWrites ? "took writes" : "refused writes")
      : takesWrites ? (isContradictory ? "TAKES WRITES" : "takes writes") : "refuses writes"
    return Piece(Quantity.left(words, 16), isOld ? .faint : isContradictory ? .down : .foreground)
  }

  /// The lease runs on the database's own clock; what has passed since it was asked is taken off.
  fileprivate func lease(seenAgo age: Duration, isOld: Bool) -> Line {
    guard let leaseExpiresAt else { return [Piece("no lease armed", .faint)] }
    let left = (leaseExpiresAt - clock - age).inSeconds
    if left <= 0 {
      let words = "lease ended \(Quantity.short(-left)) ago"
      return standing == .primary && !isOld ? [Piece("▲ \(words)", .degraded)] : [Piece(words, .faint)]
    }
    return [Piece("lease ends in ", .faint), Piece(Quantity.short(left), isOld ? .faint : .foreground)]
  }
}
