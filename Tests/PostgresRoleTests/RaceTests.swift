import Operations
import PostgresTestSupport
import TestSupport
import Testing

@testable import PostgresRole

/// Controllers that meet.
@Suite struct RaceTests {
  @Test func whoIsCutOffInTheMiddleHoldsNobodyUpForLong() async throws {
    let bench = try await RoleBench()
    var stuck = try bench.controller("a", limits: RoleLimits(statement: .milliseconds(800)))
    try await stuck.prepare()
    let (reached, ended) = (Flag(), Flag())
    stuck.pause = { stage in
      guard stage == .rightsRevoked else { return }
      reached.raise()
      await ended.wait()
    }
    let control = stuck
    let first = Task { try await control.fence(generation: Generation(1)) }
    await reached.wait()
    let second = try bench.controller("b")
    let isDone = try await eventually {
      do {
        _ = try await second.fence(generation: Generation(2))
        return true
      } catch let error as RoleError {
        guard case .unreachable(let reason) = error, reason.contains("55P03") else { throw error }
        return false
      }
    }
    #expect(isDone)
    ended.raise()
    await #expect(throws: RoleError.self) { try await first.value }
    let role = try await second.read()
    #expect(role.generation == Generation(2))
    #expect(!role.takesWrites)
    _ = try await second.promote(generation: Generation(3))
    #expect(try await bench.refusal() == nil)
  }

  @Test func controllersThatRaceAgreeWithTheDatabase() async throws {
    let bench = try await RoleBench()
    let before = try await bench.everyRight()
    let controllers = try (1...4).map { try bench.controller("controller \($0)") }
    for round in 1...8 {
      let outcomes = await withTaskGroup(of: (Generation, Bool, Result<String, any Error>).self) { group in
        for (index, control) in controllers.enumerated() {
          let generation = Generation(UInt64(round * 10 + index / 2))
          let fences = (round + index).isMultiple(of: 2)
          group.addTask {
            do {
              let text =
                fences
                ? try await control.fence(generation: generation) : try await control.promote(generation: generation)
              return (generation, fences, .success(text))
            } catch { return (generation, fences, .failure(error)) }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let role = try await controllers[0].read()
      #expect(role.standing != .unclaimed)
      #expect(role.takesWrites == (role.standing == .primary))
      #expect(try await (bench.refusal() == nil) == role.takesWrites)
      // The highest number wins, by one of the two that had it; everybody else was told so.
      #expect(role.generation == Generation(UInt64(round * 10 + 1)))
      for (generation, fences, outcome) in outcomes {
        switch outcome {
        case .success: #expect(generation < role.generation || fences == (role.standing == .fenced))
        case .failure(let error):
          guard case .superseded(let standing)? = error as? RoleError else {
            Issue.record("\(error)")
            continue
          }
          #expect(standing >= generation)
        }
      }
    }
    _ = try await controllers[0].promote(generation: Generation(1000))
    #expect(try await bench.everyRight() == before)
  }
}
