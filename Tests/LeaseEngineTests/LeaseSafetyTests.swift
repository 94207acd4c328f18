import LeaseEngine
import Operations
import Simulation
import TestSupport
import Testing

/// Whatever happens on the lines: one holder at a time, and whoever comes later has the higher fence.
@Suite(.timeLimit(.minutes(2))) struct LeaseSafetyTests {
  private static let controllers = ["ops1", "ops2", "ops3"]

  @Test(arguments: UInt64(1)...60)
  func atMostOneHoldsIt(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let ttl = Duration.seconds(Int.random(in: 3...20, using: &generator))
    // Without a delay nothing but the holder's own clock keeps two apart.
    let bench = Bench(ttl: ttl, lockDelay: seed.isMultiple(of: 4) ? .seconds(5) : .zero, seed: seed)
    let leases = Self.controllers.map {
      bench.lease(of: $0, rate: Double.random(in: 0.97...1.03, using: &generator))
    }
    var held: [Int: any HeldLease] = [:]
    var highest = Generation(0)
    var acquisitions = 0
    for _ in 0..<400 {
      let controller = Int.random(in: leases.indices, using: &generator)
      switch Int.random(in: 0..<20, using: &generator) {
      case 0:
        if let given = held.removeValue(forKey: controller) { await finish(bench) { await given.release() } }
      // As a crash: nobody gives it back.
      case 1: held[controller] = nil
      case 2...4: bench.site.inject(Self.fault(using: &generator), on: Self.controllers[controller])
      case 5: bench.site.inject(nil, on: Self.controllers[controller])
      default: break
      }
      // The lease may end between any two of these steps.
      for (index, lease) in leases.enumerated() where held[index]?.stands != true {
        let name = Self.controllers[index]
        guard let taken = await finish(bench, { try? await lease.acquire(holder: name) }) else { continue }
        #expect(held.filter { $0.key != index && $0.value.stands }.isEmpty, "two holders, seed \(seed)")
        let fence = try #require(taken.fence)
        #expect(fence > highest, "seed \(seed)")
        highest = fence
        held[index] = taken
        acquisitions += 1
      }
      await move(bench, by: .milliseconds(Int.random(in: 50...4000, using: &generator))) {
        #expect(held.values.filter(\.stands).count <= 1, "two holders, seed \(seed)")
      }
    }
    #expect(acquisitions > 0, "seed \(seed)")
  }

  /// The outcome of `body`. Time goes on meanwhile: what waits for an answer waits on the same clock.
  @discardableResult
  private func finish<Outcome: Sendable>(
    _ bench: Bench, _ body: @escaping @Sendable () async -> Outcome
  ) async -> Outcome {
    let isDone = Flag()
    let asking = Task {
      defer { isDone.raise() }
      return await body()
    }
    while !isDone.isRaised {
      for _ in 0..<20 where !isDone.isRaised { await Task.yield() }
      if !isDone.isRaised { bench.clock.advanceToNext() }
    }
    return await asking.value
  }

  /// Time goes on from one waking to the next, whether or not those who wake keep up.
  private func move(_ bench: Bench, by time: Duration, checking check: () -> Void) async {
    let end = bench.clock.now.offset + time
    while let next = bench.clock.nextDeadline, next <= end {
      bench.clock.advance(to: next)
      check()
      for _ in 0..<20 { await Task.yield() }
      check()
    }
    bench.clock.advance(to: end)
    check()
  }

  private static func fault(using generator: inout SeededGenerator) -> SimulatedLeaseSite.Fault {
    let slow = Duration.milliseconds(Int.random(in: 10...9000, using: &generator))
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: return .cut
    case 1: return .silent(timeout: .seconds(1))
    case 2: return .losesAnswers
    case 3: return .slow(slow)
    default: return .chance(Double.random(in: 0.1...0.9, using: &generator), slow: slow)
    }
  }
}
