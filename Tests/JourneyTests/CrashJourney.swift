import JournalAdapter
import Operations
import Synchronization
import TestSupport
import Testing

/// A lab whose host is killed at a chosen instant of an operation, and followed by another.
final class CrashJourney: Sendable {
  /// An instant that the journal tells of.
  struct Instant: Sendable, CustomStringConvertible {
    var step: Int
    /// Whether the step is over, or only intended.
    var isDone: Bool

    var description: String { "step \(step + 1) \(isDone ? "done" : "intended")" }
  }

  /// What came of an operation whose host was killed.
  struct Outcome: Sendable {
    /// Whether the operation came to that instant at all.
    var isReached: Bool
    var state: OperationSnapshot.State
    var failure: String?
  }

  let base: ReplicationJourney
  private let journal: SQLiteJournal
  private let host: Mutex<ChildProcess>

  init(_ base: ReplicationJourney) throws {
    self.base = base
    journal = try SQLiteJournal(path: base.lab.path + "/journal.sqlite")
    host = Mutex(base.plainHost())
  }

  func end() async throws {
    host.withLock { $0.stop() }
    try await base.end()
  }

  /// Pulls a lever, kills the host at an instant of the operation, starts another and waits until that one has ended it.
  func pull(_ words: [String], killedAt instant: Instant) async throws -> Outcome {
    let before = try await journal.newest(1).last?.sequence ?? 0
    let lever = Task { [base] in
      await Program.run([Program.signalbox] + words + ["--yes", "--config", base.lab.configuration])
    }
    let isReached = try await reached(instant, after: before)
    host.withLock { host in
      host.stop()
      host = base.plainHost()
    }
    let told = await lever.value
    let isOver = try await eventually(within: .seconds(90)) { try await self.ending(after: before) != nil }
    let ending = try await ending(after: before)
    guard isOver, let ending, case .operationEnded(let state, let failure) = ending.kind else {
      Issue.record("\(words) was not ended after \(instant): \(told.output)\n\(try await text(after: before))")
      return Outcome(isReached: isReached, state: .running)
    }
    try await nothingWasDoneTwice(after: before)
    return Outcome(isReached: isReached, state: state, failure: failure)
  }

  func text(after sequence: Int64) async throws -> String {
    try await journal.entries(after: sequence, limit: 200).map { "\($0.at) \($0.kind)" }.joined(separator: "\n")
  }

  /// - Returns: false when the operation ended, or was refused, before.
  private func reached(_ instant: Instant, after sequence: Int64) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      for entry in try await journal.entries(after: sequence, limit: 200) {
        switch entry.kind {
        case .stepIntended(instant.step, _) where !instant.isDone: return true
        case .stepDone(instant.step, _) where instant.isDone: return true
        case .operationEnded, .refused: return false
        default: break
        }
      }
      try await Task.sleep(for: .milliseconds(1))
    }
    return false
  }

  private func ending(after sequence: Int64) async throws -> JournalEntry? {
    try await journal.entries(after: sequence, limit: 200).first {
      if case .operationEnded = $0.kind { true } else { false }
    }
  }

  private func nothingWasDoneTwice(after sequence: Int64) async throws {
    var done: Set<Int> = []
    for entry in try await journal.entries(after: sequence, limit: 200) {
      guard case .stepDone(let index, _) = entry.kind else { continue }
      if !done.insert(index).inserted {
        Issue.record("step \(index + 1) was done twice:\n\(try await text(after: sequence))")
      }
    }
  }
}
