import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import TestSupport
import Testing

@testable import PostgresRole

extension OwnServerTests {
  /// Power cuts and frozen servers.
  @Suite struct CrashTests {
    private struct Cut: Error {}

    @Test func aPowerCutAtAnyMomentIsMadeGoodByTheNextAttempt() async throws {
      let cluster = try await RoleBench.start("127.29.3.1", extraSettings: ["fsync = on"])
      for stage in RoleStage.allCases {
        let bench = try await RoleBench(cluster)
        // What this program is told must be on disk, even where others need not know.
        try await bench.administer("ALTER DATABASE \(bench.database) SET synchronous_commit = off")
        let before = try await bench.everyRight()
        let session = try await bench.connect()
        let isFence = [.fenceBegun, .rightsRevoked, .fenceCommitted, .sessionsEnded].contains(stage)
        var control = try bench.controller()
        try await control.prepare()
        if !isFence { _ = try await control.fence(generation: Generation(1)) }
        control.pause = { now in
          guard now == stage else { return }
          try await cluster.kill()
          throw Cut()
        }
        await #expect(throws: (any Error).self) {
          _ =
            isFence
            ? try await control.fence(generation: Generation(2)) : try await control.promote(generation: Generation(2))
        }
        await session.close()
        try await cluster.restart()
        // Another process, as after a crash of the host, which knows nothing but its plan.
        let next = try bench.controller()
        let role = try await next.read()
        let isCommitted = [.fenceCommitted, .sessionsEnded, .promotionCommitted].contains(stage)
        #expect((role.generation == Generation(2)) == isCommitted, "\(stage)")
        #expect(role.takesWrites == (isFence != isCommitted), "\(stage)")
        #expect(try await (bench.refusal() == nil) == role.takesWrites, "\(stage)")
        if isFence {
          #expect(try await next.fence(generation: Generation(2)).contains("refused"))
          #expect(try await !next.read().takesWrites)
          _ = try await next.promote(generation: Generation(3))
        } else {
          _ = try await next.promote(generation: Generation(2))
        }
        #expect(try await bench.everyRight() == before, "\(stage)")
        #expect(try await bench.refusal() == nil)
        await control.close()
        await next.close()
      }
      try await cluster.kill()
    }

    @Test func aFrozenServerCostsItsTimeAndNoMore() async throws {
      let cluster = try await RoleBench.start("127.29.3.2")
      let bench = try await RoleBench(cluster)
      let control = try bench.controller(limits: RoleLimits(statement: .milliseconds(300), call: .seconds(2)))
      try await control.prepare()
      try await cluster.signal(SIGSTOP)
      let calls: [@Sendable () async throws -> Void] = [
        { _ = try await control.read() }, { _ = try await control.fence(generation: Generation(1)) },
        { _ = try await control.renewLease(generation: Generation(1), for: .seconds(1)) },
        { _ = try await control.promote(generation: Generation(1)) },
      ]
      for call in calls {
        let begin = ContinuousClock.now
        do {
          try await call()
          Issue.record("it answered")
        } catch let error as RoleError {
          guard case .unreachable = error else { throw error }
        }
        #expect(ContinuousClock.now - begin < .seconds(6))
      }
      try await cluster.signal(SIGCONT)
      let isBack = await eventually { (try? await control.fence(generation: Generation(5))) != nil }
      #expect(isBack)
      #expect(try await control.read().generation == Generation(5))
      try await cluster.kill()
    }

    @Test func aServerThatFreezesInTheMiddleIsFencedOnceItThaws() async throws {
      let cluster = try await RoleBench.start("127.29.3.3")
      let bench = try await RoleBench(cluster)
      var control = try bench.controller(limits: RoleLimits(statement: .milliseconds(400), call: .seconds(3)))
      try await control.prepare()
      control.pause = { stage in if stage == .rightsRevoked { try await cluster.signal(SIGSTOP) } }
      await #expect(throws: RoleError.self) { _ = try await control.fence(generation: Generation(2)) }
      try await cluster.signal(SIGCONT)
      // Committed or not, whoever asks is told, and another attempt ends it; the lock of the lost one is no hindrance.
      let next = try bench.controller("b")
      #expect(try await next.fence(generation: Generation(3)).contains("refused"))
      #expect(try await next.read().standing == .fenced)
      try await cluster.kill()
    }
  }
}
