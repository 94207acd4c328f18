import CellGrid
import Operations

extension ReplicationLinkSnapshot.State {
  var word: String {
    switch self {
    case .preparing: "preparing"
    case .baseline: "copying"
    case .catchingUp: "catching up"
    case .streaming: "streaming"
    case .paused: "paused"
    case .blocked: "blocked"
    case .retrying: "retrying"
    }
  }

  var mark: String {
    switch self {
    case .preparing, .baseline: "▸"
    case .catchingUp, .paused, .retrying: "▲"
    case .streaming: "●"
    case .blocked: "✖"
    }
  }

  var role: Theme.Role {
    switch self {
    case .preparing, .baseline: .focus
    case .catchingUp, .paused, .retrying: .degraded
    case .streaming: .healthy
    case .blocked: .down
    }
  }
}

extension ReplicatedTable.State {
  var mark: String {
    switch self {
    case .waiting: "·"
    case .copying: "▸"
    case .streaming: "●"
    case .parked: "▲"
    case .refused: "✖"
    }
  }

  var role: Theme.Role {
    switch self {
    case .waiting: .faint
    case .copying: .focus
    case .streaming: .healthy
    case .parked: .degraded
    case .refused: .down
    }
  }
}

extension ReplicationLinkSnapshot {
  /// `aws → azure`.
  var way: String {
    let arrow = mode == .streamBoth ? "↔" : "→"
    return "\(Outside.text(source.rawValue)) \(arrow) \(Outside.text(target.rawValue))"
  }

  func stateLine(now: Timestamp, bold: Bool = true) -> Line {
    [Piece("\(state.mark) \(state.word)", state.role, bold: bold && state != .streaming)]
  }

}

extension SlotAlarm {
  var role: Theme.Role { self == .near ? .degraded : .down }
}

extension ReplicationLinkSnapshot.Slot {
  /// `310 MB left before it is lost`.
  var safety: String {
    guard let safeBytes else { return "the source sets no limit" }
    guard safeBytes > 0 else { return "past its limit: lost at the next checkpoint" }
    return "\(Figure.bytes(Int(safeBytes)).text) left before it is lost"
  }
}

extension VerifySummary {
  var role: Theme.Role { failure != nil ? .degraded : differences > 0 ? .down : isEqual ? .healthy : .degraded }

  /// `✓ equal`, `✖ 3 differ`.
  var verdict: Line {
    if failure != nil { return [Piece("▲", .degraded), Piece(" unfinished")] }
    let more = endedEarly ? "+" : ""
    if differences > 0 { return [Piece("✖ \(Quantity.count(differences))\(more) differ", .down)] }
    guard undecided == 0 else { return [Piece("▲", .degraded), Piece(" \(Quantity.count(undecided)) unknown")] }
    return [Piece("✓", .healthy), Piece(" equal")]
  }

  /// `1,234 rows in 3.2 s · 2 missing, 1 unlike · 4 were under way`.
  var account: String {
    var parts = ["\(Quantity.count(rowsCompared)) rows in \(Figure.fixed(seconds, decimals: 1)) s"]
    let kinds = [(missing, "missing at the target"), (surplus, "only there"), (unlike, "unlike")].filter { $0.0 > 0 }
    if !kinds.isEmpty { parts.append(kinds.map { "\(Quantity.count($0.0)) \($0.1)" }.joined(separator: ", ")) }
    if endedEarly { parts.append("no more were looked for") }
    if inFlight > 0 { parts.append("\(Quantity.count(inFlight)) were on their way") }
    if undecided > 0 { parts.append("\(Quantity.count(undecided)) changed at every look: unknown") }
    return parts.joined(separator: " · ")
  }
}

extension TableDifference.Kind {
  func words(source: String, target: String) -> String {
    switch self {
    case .missing: "missing at \(target)"
    case .surplus: "only at \(target)"
    case .unlike: "unlike"
    }
  }
}

extension Quantity {
  /// At most six columns: `123456`, `1.2M`, `340M`, `12G`.
  static func count(_ count: Int) -> String {
    guard count.magnitude >= 1_000_000 else { return String(count) }
    let figure = Figure.bytes(count)
    return figure.number + figure.unit.prefix(1)
  }

  /// At most five columns: `12345`, `100k+` where no more are counted.
  static func conflicts(_ count: Int) -> String {
    count < ReplicationConflict.countLimit ? String(count) : "\(ReplicationConflict.countLimit / 1000)k+"
  }

  /// Seven columns: ` 1.2 kB`, ` 12 B `.
  static func bytes(_ count: UInt64) -> String {
    Figure.bytes(Int(clamping: count)).aligned(numberWidth: 4, unitWidth: 2)
  }

  /// Time that is still needed; nil where it is not known.
  static func rest(_ seconds: Double?) -> String? {
    guard let seconds, seconds.isFinite else { return nil }
    return age(.seconds(min(max(0, seconds), 1e9)))
  }

  /// Seven columns: `  0.2 s`.
  static func behind(_ seconds: Double) -> String { lag(seconds).aligned(numberWidth: 5, unitWidth: 1) }
}
