import Foundation
import JournalAdapter
import Operations
import Simulation
import TestSupport
import Testing

/// What every journal promises, tried on the real one and on the simulated one.
@Suite struct JournalContractTests {
  enum Kind: CaseIterable, Sendable { case sqlite, memory }

  private static let directory = TemporaryDirectory("signalbox-journal")

  private func journal(_ kind: Kind) throws -> any JournalPort {
    switch kind {
    case .sqlite: try SQLiteJournal(path: "\(Self.directory.path)/\(UUID().uuidString).sqlite")
    case .memory: MemoryJournal()
    }
  }

  private func draft(_ operation: String?, _ kind: JournalEntry.Kind) -> JournalEntry.Draft {
    .init(
      at: Timestamp(secondsSinceEpoch: 1_700_000_000), operation: operation.map { OperationID($0) }, actor: "kit@ops1",
      kind: kind)
  }

  @Test(arguments: Kind.allCases)
  func numbersEntriesFromOneAndChainsThem(kind: Kind) async throws {
    let journal = try journal(kind)
    let first = try await journal.append(draft(nil, .noted("one")))
    let second = try await journal.append(draft(nil, .noted("two")))
    #expect([first.sequence, second.sequence] == [1, 2])
    #expect(second.previousHash == first.hash)
    #expect(try await journal.newest(1) == [second])
    #expect(try await journal.entries(after: 1, limit: 10) == [second])
    #expect(try await journal.entries(after: 0, limit: 1) == [first])
  }

  @Test(arguments: Kind.allCases)
  func knowsWhatWasStartedAndNotEnded(kind: Kind) async throws {
    let journal = try journal(kind)
    let plan = Plan(
      id: PlanID("a"), kind: .weights, title: "t", madeAt: Timestamp(secondsSinceEpoch: 0),
      request: .setWeights(Weights([(CloudID("aws"), 1)])), generation: Generation(1), steps: [],
      prediction: Prediction(seconds: 0, shares: [], utilisation: []), interlocks: [])
    for operation in ["a", "b"] {
      _ = try await journal.append(draft(operation, .operationStarted(plan: plan, overridden: [])))
    }
    _ = try await journal.append(draft("a", .operationEnded(state: .done, failure: nil)))
    _ = try await journal.append(draft("b", .stepDone(index: 0, detail: "ok")))
    #expect(try await journal.unfinished().compactMap(\.operation?.rawValue) == ["b", "b"])
    #expect(try await journal.entries(of: OperationID("a")).count == 2)
  }

  @Test(arguments: Kind.allCases)
  func isWritable(kind: Kind) async throws { try await journal(kind).checkWritable() }
}
