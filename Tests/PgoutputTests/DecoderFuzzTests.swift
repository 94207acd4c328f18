import Foundation
import Operations
import PgoutputTestSupport
import PostgresAdapter
import Simulation
import Testing

@testable import PostgresReplication

/// Recorded messages, damaged at random: they are read or refused with an error, and nothing traps.
///
/// `FUZZ_CASES` and `FUZZ_SEED` in the environment say how many and which.
@Suite struct DecoderFuzzTests {
  private static let cases = number("FUZZ_CASES") ?? 200_000
  private static let seed = UInt64(number("FUZZ_SEED") ?? 1)

  private static func number(_ variable: String) -> Int? {
    ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
  }

  @Test func damagedMessagesAreReadOrRefused() throws {
    var fuzzer = try Fuzzer(seed: Self.seed)
    var read = 0
    for _ in 0..<Self.cases {
      var message = fuzzer.message()
      fuzzer.damage(&message)
      if readsWithinBounds(message) { read += 1 }
    }
    // Both happen often, or the damage is of no use.
    #expect(read > Self.cases / 50 && read < Self.cases * 49 / 50, "\(read) of \(Self.cases) were read")
  }

  /// Streams in which a few messages are damaged, lost, doubled or moved: what the assembler gives can be walked.
  @Test func damagedStreamsAreReadOrRefused() throws {
    var fuzzer = try Fuzzer(seed: Self.seed &+ 1)
    var changes = 0
    for _ in 0..<Self.cases / 20 {
      var stream = fuzzer.stream()
      fuzzer.damage(&stream)
      var assembler = BatchAssembler(
        applied: .zero,
        ready: ["public.t": .zero, "public.account": .zero, "public.wide": .zero, "public.page": .zero],
        marker: "public.kinds", keepsTransactionsApart: Bool.random(using: &fuzzer.random))
      do throws(PgoutputError) {
        for message in stream.messages {
          try assembler.take(RecordedStream([message]).delivered)
          if Int.random(in: 0..<4, using: &fuzzer.random) == 0, let batch = assembler.next(partial: true) {
            changes += batch.lines.count
          }
        }
      } catch { continue }
      changes += assembler.drain(partial: true).reduce(0) { $0 + $1.lines.count }
      if assembler.size != 0 { Issue.record("something was never given: \(stream)") }
    }
    #expect(changes > Self.cases / 20, "\(changes) changes came out")
  }

  /// - Returns: whether it could be read.
  private func readsWithinBounds(_ message: [UInt8]) -> Bool {
    // Memory of just this size, so that a sanitizer sees a step beyond it.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: message.count, alignment: 1)
    defer { memory.deallocate() }
    memory.copyBytes(from: message)
    let bytes = UnsafeRawBufferPointer(memory)
    var fields: [PgoutputField] = []
    var reader = PgoutputReader(bytes)
    do throws(PgoutputError) {
      let decoded = try reader.message(in: 0..<bytes.count, fields: &fields)
      let tuples: [PgoutputTuple] =
        switch decoded {
        case .insert(_, let new): [new]
        case .update(_, let old, let new): [old, new].compactMap(\.self)
        case .delete(_, let old): [old]
        default: []
        }
      let isWithin = fields.allSatisfy { field in
        field.isNull || field.isUnchanged
          || field.length >= 0 && field.offset >= 0 && field.offset + field.length <= bytes.count
      }
      let isCovered = tuples.flatMap { Array($0.fields) } == Array(fields.indices)
      if !isWithin || !isCovered { Issue.record("fields out of bounds: \(message)") }
      return true
    } catch {
      if error.offset < 0 || error.offset > bytes.count { Issue.record("\(error) in \(message)") }
      return false
    }
  }
}
