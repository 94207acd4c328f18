import Operations

/// Rows that were not the same when they were scanned, and what repeated looks at them tell.
///
/// A look reads the target's row, then the source's, and notes the source's position; before the next look everything
/// up to that position has been applied. Then:
/// - A version of the source's row that is there at both looks was there all the time between, so the target must show
///   it at the second. What else it shows is a difference.
/// - Where the source has no row at both looks, one may have come and gone between; but a version of the target's row
///   that is there at both looks is none of that one's, and should have been deleted.
/// - Without a key, or where the target's application writes too, both sides must have stood still.
struct CandidateLedger: Sendable {
  struct Finding: Sendable, Equatable {
    var key: RowKey
    var kind: TableDifference.Kind
    /// More than one of equal rows without a key.
    var rows: Int
  }

  typealias States = [RowKey: RowState]

  private struct Look: Sendable {
    var source: RowState?
    var target: RowState?
    /// The target did not move between the last two looks, and does not show what it should have applied before them.
    var isMissed = false
  }

  private let isKeyless: Bool
  /// Whether the target's application writes as well.
  private let isTwoWay: Bool
  private(set) var open: Set<RowKey>
  private(set) var inFlight = 0
  private(set) var undecided = 0
  private(set) var findings: [Finding] = []
  private var last: [RowKey: Look] = [:]

  init(_ keys: some Sequence<RowKey>, isKeyless: Bool, isTwoWay: Bool) {
    open = Set(keys)
    self.isKeyless = isKeyless
    self.isTwoWay = isTwoWay
  }

  /// - Parameter settled: whether everything that the source had at the last look had been applied before this one.
  mutating func look(source: States, target: States, settled: Bool) {
    for key in open {
      var look = Look(source: source[key], target: target[key])
      let before = settled ? last[key] : nil
      if Self.isSame(look) {
        inFlight += 1
        close(key)
      } else if let before, isProven(before, look) {
        findings.append(Self.finding(key, look))
        close(key)
      } else {
        look.isMissed = before.map { Self.isMissed($0, look) } ?? false
        last[key] = look
      }
    }
  }

  /// Decides on a row that was kept from changing at the source while all that was written there was applied.
  ///
  /// - Parameters:
  ///   - before: the target's, before that; the source has had it, where both sides are written.
  ///   - source: while it was held; nil where there was none to hold.
  ///   - target: at the end.
  mutating func decide(_ key: RowKey, before: RowState?, source: RowState?, target: RowState?) {
    let look = Look(source: source, target: target)
    if Self.isSame(look) {
      inFlight += 1
    } else if source != nil && !isTwoWay || before == target {
      findings.append(Self.finding(key, look))
    } else {
      return
    }
    close(key)
  }

  /// Gives up on rows that the source changed between all looks. Where the target did not change as well, it misses
  /// changes; where it did, they are replicated all the time, and may be wrong all the time.
  mutating func closeBusy() {
    for key in open {
      if !isTwoWay, let look = last[key], look.isMissed {
        findings.append(Self.finding(key, look))
      } else {
        undecided += 1
      }
      close(key)
    }
  }

  private mutating func close(_ key: RowKey) {
    open.remove(key)
    last[key] = nil
  }

  private static func isSame(_ look: Look) -> Bool {
    look.source.map { $0.isLike(look.target) } ?? (look.target == nil)
  }

  private func isProven(_ before: Look, _ look: Look) -> Bool {
    guard before.source == look.source else { return false }
    let isOneRow = look.source != nil && !isKeyless && !isTwoWay
    return isOneRow || before.target == look.target
  }

  private static func isMissed(_ before: Look, _ look: Look) -> Bool {
    guard let source = before.source, look.source != nil, before.target == look.target else { return false }
    return !source.isLike(look.target)
  }

  private static func finding(_ key: RowKey, _ look: Look) -> Finding {
    let surplus = (look.target?.count ?? 0) - (look.source?.count ?? 0)
    if surplus > 0 { return Finding(key: key, kind: .surplus, rows: surplus) }
    if surplus < 0 { return Finding(key: key, kind: .missing, rows: -surplus) }
    return Finding(key: key, kind: .unlike, rows: 1)
  }
}
