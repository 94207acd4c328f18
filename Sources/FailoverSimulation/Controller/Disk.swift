import Operations

/// A controller's disk, with the journal on it. It outlives the process.
///
/// Only the thread that runs the simulation touches it.
final class Disk: @unchecked Sendable {
  /// What is left of an entry in whose writing the process was killed.
  enum Death: Sendable, CaseIterable {
    case before, after
    /// Half a line, which the next start drops.
    case torn
  }

  struct Full: Error, Sendable, CustomStringConvertible {
    var description: String { "the disk is full" }
  }

  private(set) var entries: [JournalEntry] = []
  var isFull = 0
  private var hasTornEnd = false
  /// When the process dies, counted in entries from now, or in outcomes of steps alone.
  private var death: (how: Death, left: Int, isOutcome: Bool)?

  func killWriting(_ how: Death, after count: Int, isOutcome: Bool = false) { death = (how, count, isOutcome) }

  var awaitsDeath: Bool { death != nil }

  func forgetDeath() { death = nil }

  /// - Returns: how the process dies of it; nil where it lives.
  func write(_ draft: JournalEntry.Draft) throws -> (entry: JournalEntry, death: Death?) {
    guard isFull == 0 else { throw Full() }
    let sequence = Int64(entries.count) + 1
    let entry = JournalEntry(
      sequence: sequence, at: draft.at, operation: draft.operation, actor: draft.actor, kind: draft.kind,
      hash: "\(sequence)", previousHash: "\(sequence - 1)")
    guard let due = death, !due.isOutcome || entry.isOutcome else {
      entries.append(entry)
      return (entry, nil)
    }
    death = due.left > 0 ? (due.how, due.left - 1, due.isOutcome) : nil
    guard due.left == 0 else {
      entries.append(entry)
      return (entry, nil)
    }
    if due.how != .before { entries.append(entry) }
    hasTornEnd = due.how == .torn
    return (entry, due.how)
  }

  /// As a start finds it.
  func mount() {
    if hasTornEnd { entries.removeLast() }
    hasTornEnd = false
  }

  /// How often the step was begun.
  func intentions(of action: StepAction) -> Int {
    entries.count { entry in
      if case .stepIntended(_, let intended) = entry.kind { intended == action } else { false }
    }
  }
}

extension JournalEntry {
  /// Whether it tells what came of a step.
  fileprivate var isOutcome: Bool {
    switch kind {
    case .stepDone, .compensationDone: true
    default: false
    }
  }
}
