import Operations
import PgoutputTestSupport
import PostgresAdapter
import Simulation
import Testing

@testable import PostgresReplication

/// However a recorded stream is cut, and whenever its batches are asked for, the changes are the same.
@Suite struct ChunkingTests {
  private static let streams = RecordedStream.names

  private func assembler(_ keepsApart: Bool = false, applied: LSN = .zero) -> BatchAssembler {
    let names = [
      "t", "renamed", "account", "page", "whole", "indexed", "keyless", "a", "b", "kinds", "wide", "later", "event",
    ]
    return BatchAssembler(
      applied: applied, ready: Dictionary(uniqueKeysWithValues: names.map { ("public.\($0)", LSN.zero) }),
      keepsTransactionsApart: keepsApart)
  }

  /// The recorded stream's own lines of changes are as many as the assembler gives.
  @Test(arguments: streams) func nothingIsLost(name: String) throws {
    var assembler = assembler(false)
    try assembler.take(RecordedStream.named(name).delivered)
    let rows = try RecordedStream.approvedText(name).split(separator: "\n").filter { line in
      ["INSERT", "UPDATE", "DELETE"].contains { line.hasPrefix($0) }
    }
    let batches = assembler.drain()
    #expect(batches.flatMap(\.changes).filter { $0.kind != .truncate }.count == rows.count)
    #expect(!rows.isEmpty)
  }

  @Test(arguments: streams, [false, true]) func everyCutGivesTheSameChanges(name: String, keepsApart: Bool) throws {
    let stream = try RecordedStream.named(name)
    let whole = try whole(stream, keepsApart)
    for cut in 0...stream.messages.count {
      var assembler = assembler(keepsApart)
      var batches: [ChangeBatch] = []
      try assembler.take(stream.delivered(0..<cut))
      batches += assembler.drain()
      try assembler.take(stream.delivered(cut..<stream.messages.count))
      batches += assembler.drain()
      check(batches, whole, keepsApart)
    }
  }

  @Test(arguments: streams, [false, true]) func randomCutsAndParts(name: String, keepsApart: Bool) throws {
    let stream = try RecordedStream.named(name)
    let whole = try whole(stream, keepsApart)
    var random = SeededGenerator(seed: 42)
    for _ in 0..<300 {
      var assembler = assembler(keepsApart)
      var batches: [ChangeBatch] = []
      var position = 0
      while position < stream.messages.count {
        let end = min(stream.messages.count, position + Int.random(in: 1...6, using: &random))
        try assembler.take(stream.delivered(position..<end))
        position = end
        for _ in 0..<Int.random(in: 0...3, using: &random) {
          if let batch = assembler.next(partial: Bool.random(using: &random)) { batches.append(batch) }
        }
      }
      batches += assembler.drain()
      #expect(assembler.isEmpty && assembler.size == 0)
      check(batches, whole, keepsApart)
    }
  }

  /// The stream begins anew at any transaction's end: together both runs give each change once.
  @Test(arguments: streams) func aRepeatedStreamGivesEachChangeOnce(name: String) throws {
    let stream = try RecordedStream.named(name)
    let whole = try whole(stream, false)
    for cut in 0...stream.messages.count {
      var first = assembler(false)
      try first.take(stream.delivered(0..<cut))
      var before = first.drain()
      // What the target had not committed is gone.
      while before.last?.isOpen == true { before.removeLast() }
      var second = assembler(applied: before.last?.end ?? .zero)
      try second.take(stream.delivered)
      check(before + second.drain(), whole, false)
    }
  }

  private func whole(_ stream: RecordedStream, _ keepsApart: Bool) throws -> [ChangeBatch] {
    var assembler = assembler(keepsApart)
    try assembler.take(stream.delivered)
    return assembler.drain()
  }

  private func check(_ batches: [ChangeBatch], _ whole: [ChangeBatch], _ keepsApart: Bool) {
    #expect(batches.flatMap(\.lines) == whole.flatMap(\.lines))
    #expect(batches.reduce(0) { $0 + $1.transactions } == whole.reduce(0) { $0 + $1.transactions })
    #expect(batches.last?.end == whole.last?.end && batches.last?.committedAt == whole.last?.committedAt)
    for batch in batches {
      // A part holds nothing of another transaction, and nothing ends in it.
      if batch.isOpen { #expect(batch.end == nil && batch.transactions == 0) } else { #expect(batch.end != nil) }
      if keepsApart { #expect(batch.transactions <= 1) }
      #expect(batch.truncates == batch.changes.contains { $0.kind == .truncate })
    }
  }
}
