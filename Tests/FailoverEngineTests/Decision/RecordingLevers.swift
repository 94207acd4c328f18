import Operations
import Synchronization

@testable import FailoverEngine

/// Levers that write down what is asked of them.
final class RecordingLevers: AutomaticLevers {
  struct State {
    var executed: [FailoverRequest] = []
    var notes: [String] = []
    var entriesAtExecution: [JournalEntry.Kind] = []
    var judgement: (@Sendable () async -> Void)?
  }

  private let state = Mutex(State())
  let journal: HookedJournal

  init(_ journal: HookedJournal) { self.journal = journal }

  func judge(_ request: FailoverRequest) async throws -> [InterlockVerdict] {
    if let judgement = state.withLock({ $0.judgement }) { await judgement() }
    return []
  }

  func execute(_ request: FailoverRequest) async throws -> OperationID {
    let entries = try await journal.newest(100).map(\.kind)
    state.withLock {
      $0.executed.append(request)
      $0.entriesAtExecution = entries
    }
    return OperationID("f-1")
  }

  func note(_ message: String, severity: Event.Severity) async { state.withLock { $0.notes.append(message) } }

  var executed: [FailoverRequest] { state.withLock { $0.executed } }

  /// What the journal held when it was last executed.
  var entriesAtExecution: [JournalEntry.Kind] { state.withLock { $0.entriesAtExecution } }

  /// Done whenever a plan is judged.
  func whileJudging(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.judgement = body } }
}
