import CellGrid
import Operations

/// An operation as it goes: its steps in place, with the time that each has taken and what is being waited for.
enum OperationRows {
  typealias Row = LeversPane.Row

  /// Only where it has come to, in one line.
  static func brief(_ operation: OperationSnapshot, now: Timestamp) -> Row {
    let step = operation.currentIndex.map { operation.steps[$0] } ?? operation.steps.last
    let place = "\((operation.currentIndex ?? operation.steps.count - 1) + 1)/\(operation.steps.count)"
    let title: Line = [
      Piece("▸ ", .focus), Piece("\(place) ", bold: true), .outside(step?.title ?? operation.title),
      .outside(step.map { $0.detail.isEmpty ? "" : " · \($0.detail)" } ?? "", .faint),
    ]
    return Row(line: title, trailing: [Piece(elapsed(operation.startedAt, operation.endedAt, now), .foreground)])
  }

  /// How the last one ended, in one line.
  static func ending(_ operation: OperationSnapshot, now: Timestamp) -> Row {
    Row(
      line: state(of: operation, now: now) + [
        .outside("  \(operation.title)"), .outside(operation.failure.map { " · \($0)" } ?? "", .faint),
      ])
  }

  static func full(_ operation: OperationSnapshot, now: Timestamp, width: Int) -> [Row] {
    let state = operation.state.isFinal ? self.state(of: operation, now: now) : []
    var rows = [
      Row(line: [.outside(operation.title, bold: true)]),
      Row(line: state + [.outside("\(state.isEmpty ? "by " : " · ")\(operation.actor)", .faint)]),
    ]
    if operation.state == .done { return rows }
    if let failure = operation.failure {
      let role: Theme.Role = operation.state == .failed ? .down : .degraded
      rows += TextLayout.wrap(Outside.text(failure), to: max(10, width)).map { Row(line: [Piece($0, role)]) }
    }
    rows += operation.steps.indices.flatMap { step($0, of: operation, now: now, width: width) }
    return rows + steering(operation, width: width)
  }

  /// The steps, one line each as far as there is width for it, in at most `height` lines: those that are done make room.
  static func steps(_ operation: OperationSnapshot, now: Timestamp, width: Int, height: Int) -> [Row] {
    let all = operation.steps.indices.map { step($0, of: operation, now: now, width: width) }
    let count = all.reduce(0) { $0 + $1.count }
    guard count > height, let current = operation.currentIndex else { return Array(all.joined().prefix(height)) }
    var first = current
    var used = all[current...].reduce(0) { $0 + $1.count }
    while first > 0, used + all[first - 1].count + (first > 1 ? 1 : 0) <= height {
      first -= 1
      used += all[first].count
    }
    guard first > 0 else { return Array(all.joined().prefix(height)) }
    let folded = Row(line: [Piece("✓ ", .healthy), Piece(first == 1 ? "1 done" : "1 to \(first) done", .faint)])
    return Array(([folded] + all[first...].joined()).prefix(height))
  }

  private static func step(_ index: Int, of operation: OperationSnapshot, now: Timestamp, width: Int) -> [Row] {
    let step = operation.steps[index]
    let isFailover = operation.kind == .failover
    let time = step.startedAt.map { start in
      isFailover
        ? Quantity.seconds(((step.endedAt ?? now) - start).inSeconds) : elapsed(start, step.endedAt, now)
    }
    let number = isFailover ? "\(index + 1) " : ""
    let isQuiet = step.state == .pending || step.state == .skipped || step.state == .compensated
    let head: Line = [
      Piece("\(GlyphSet.unicode.glyph(step.state)) ", step.state.role), Piece(number, .faint),
      .outside(step.title, isQuiet ? .faint : .foreground, bold: isFailover && step.state == .running),
    ]
    let trailing = turn(step) + [Piece(time ?? "", .faint)]
    let detail = step.shownDetail
    guard isFailover, width >= 70 else {
      guard !detail.isEmpty, !isQuiet, step.state != .done else { return [Row(line: head, trailing: trailing)] }
      let lines = isFailover ? TextLayout.wrap(Outside.text(detail), to: max(10, width - 4)) : [Outside.text(detail)]
      let indent = Piece(isFailover ? "    " : "  ")
      return [Row(line: head, trailing: trailing)] + lines.map { Row(line: [indent, Piece($0, .faint)]) }
    }
    let titleWidth = min(width / 3, operation.steps.map { DisplayWidth.of(Outside.text($0.title)) }.max() ?? 0) + 4
    let cut = Quantity.left(
      TextLayout.truncate(Outside.text(step.title), to: titleWidth - 4, ellipsis: "…"), titleWidth - 4)
    let whole = head.dropLast() + [Piece(cut, head.last?.role ?? .foreground, bold: head.last?.isBold ?? false)]
    let room = width - titleWidth - 2 - trailing.width(.unicode) - 1
    // What is waited for is never cut; what is over may be.
    let lines = step.state.isTelling ? TextLayout.wrap(Outside.text(detail), to: max(10, room)) : [Outside.text(detail)]
    return lines.enumerated().map { index, text in
      let gap = Piece(String(repeating: " ", count: index == 0 ? 2 : titleWidth + 2))
      return Row(
        line: (index == 0 ? Line(whole) : []) + [gap, Piece(text, .faint)], trailing: index == 0 ? trailing : [])
    }
  }

  private static func turn(_ step: OperationSnapshot.Step) -> Line {
    guard step.isPointOfNoReturn == true, step.state != .skipped else { return [] }
    return [Piece("▲ no way back\(step.state == .pending ? "" : " ")", .degraded)]
  }

  /// What a person can do about it, and what that would mean.
  static func steering(_ operation: OperationSnapshot, width: Int) -> [Row] {
    guard operation.kind == .failover, !operation.state.isFinal else { return [] }
    let pause: Line = [Piece("P", bold: true), Piece(operation.isPaused ? " goes on" : " pauses", .faint)]
    let abort: Line =
      operation.whyNotAbort == nil
      ? [Piece("   A", bold: true), Piece(" aborts, and takes back what was done", .faint)] : []
    let lead: Line = operation.isPaused ? [Piece("▲ PAUSED  ", .degraded)] : []
    let said: Line =
      operation.isCompensating
      ? [Piece("← taking back what was done", .staged), .outside(operation.failure.map { ": \($0)" } ?? "", .faint)]
      : operation.isPastReturn && !operation.isPaused ? [Piece("   past the point of no return", .faint)] : []
    return [Row(line: operation.isCompensating ? said : lead + pause + abort + said)]
  }

  static func state(of operation: OperationSnapshot, now: Timestamp) -> Line {
    let time = elapsed(operation.startedAt, operation.endedAt, now)
    switch operation.state {
    case .running where operation.isCompensating: return [Piece("← taking back \(time)", .staged)]
    case .running where operation.isPaused: return [Piece("▲ paused \(time)", .degraded)]
    case .running: return [Piece("▸ running \(time)", .focus)]
    case .done: return [Piece("✓", .healthy), Piece(" done in \(time)")]
    case .superseded: return [Piece("✓", .faint), Piece(" written; watching ended at \(time)", .faint)]
    case .failed: return [Piece("✖ failed after \(time)", .down)]
    case .aborted: return [Piece("▲ aborted after \(time)", .degraded)]
    }
  }

  private static func elapsed(_ start: Timestamp, _ end: Timestamp?, _ now: Timestamp) -> String {
    Quantity.right(Quantity.age((end ?? now) - start), 5)
  }
}

extension OperationSnapshot {
  /// The step that runs or is taken back, else the next.
  var currentIndex: Int? {
    steps.firstIndex { $0.state == .running || $0.state == .compensating } ?? steps.firstIndex { $0.state == .pending }
  }

  var isCompensating: Bool { state == .running && steps.contains { $0.state == .compensating } }

  /// The step past which it goes on to its end, once that has begun.
  private var turn: Step? {
    steps.first { $0.isPointOfNoReturn == true && ($0.state == .running || $0.state == .done || $0.state == .failed) }
  }

  var isPastReturn: Bool { turn != nil }

  /// Why it cannot be aborted now.
  var whyNotAbort: String? {
    if isCompensating { return "it is being taken back already" }
    return turn.map { "it is past its point of no return: \(Outside.text($0.title))" }
  }
}

extension OperationSnapshot.Step.State {
  /// Whether what it says matters now.
  fileprivate var isTelling: Bool { self == .running || self == .failed || self == .compensating }
}

extension OperationSnapshot.Step {
  /// What it came to, or waits for.
  fileprivate var shownDetail: String {
    switch state {
    case .compensating: detail.isEmpty ? "being taken back" : "being taken back: \(detail)"
    case .compensated: "taken back"
    case .skipped: "left out"
    default: detail
    }
  }
}
