import Glibc
import Operations
import TestSupport
import Testing

/// Whatever instant a host dies at, the one that follows ends what it began, and no hand is needed.
@Suite(.serialized, .timeLimit(.minutes(30))) struct CrashJourneyTests {
  private static let overrides = ["--override", "too-soon", "--override", "divergence"]
  /// `make crashes` tries every instant; without it one in each step of a switchover.
  private static let isThorough = getenv("SIGNALBOX_CRASHES") != nil

  @Test func aSwitchoverIsEnded() async throws {
    try await withJourney { journey in
      let writer = journey.base.counting()
      try await kills(every: { ["switchover", $0] + Self.overrides }, journey) { outcome, primary, target in
        // Before the promotion it may be taken back instead.
        outcome.state == .done ? target : outcome.state == .failed ? nil : primary
      }
      writer.stop()
    }
  }

  @Test(.enabled(if: isThorough)) func anEvacuationIsEnded() async throws {
    try await withJourney { journey in
      var left = "aws"
      try await kills(
        every: { _ in
          left = left == "aws" ? "azure" : "aws"
          return ["evacuate", left, "--override", "too-soon"]
        }, journey
      ) { outcome, primary, _ in outcome.state == .done ? primary : nil }
    }
  }

  @Test(.enabled(if: isThorough)) func weightsAreShifted() async throws {
    try await withJourney { journey in
      var share = 90
      try await kills(
        every: { _ in
          share = share == 90 ? 80 : 90
          return ["weights", "set", "aws=\(share)", "azure=\(100 - share)", "--override", "too-soon"]
        }, journey
      ) { outcome, primary, _ in outcome.state == .done ? primary : nil }
    }
  }

  /// The primary's cloud dies, is failed over from, comes back and is taken in again; the host dies in both operations.
  @Test(.enabled(if: isThorough)) func aFailoverAndARejoinAreEnded() async throws {
    try await withJourney { journey in
      var isReached = true
      for instant in Self.instants where isReached {
        let primary = try await settled(journey, "before \(instant)")
        let target = primary == "aws" ? "azure" : "aws"
        try await journey.base.lab.lab("fault", "kill-cloud", primary)
        let isDown = await eventually(within: .seconds(30)) {
          (try? await journey.base.plainStatus().clouds.first { $0.id == primary }?.health) == "down"
        }
        #expect(isDown)
        let over = try await journey.pull(["failover", target] + Self.overrides, killedAt: instant)
        #expect(over.state == .done, "\(instant): \(over.failure ?? "")")
        try await journey.base.lab.lab("heal")
        let isBack = await eventually(within: .seconds(60)) {
          (try? await journey.base.plainStatus().clouds.allSatisfy { $0.health == "healthy" }) == true
        }
        #expect(isBack)
        let rejoin = try await journey.pull(["rejoin", primary] + Self.overrides, killedAt: instant)
        #expect(rejoin.state == .done, "\(instant): \(rejoin.failure ?? "")")
        #expect(try await settled(journey, "after \(instant)") == target)
        isReached = over.isReached || rejoin.isReached
      }
    }
  }

  // MARK: - Parts

  private static let instants: [CrashJourney.Instant] = (0..<20).flatMap { step in
    [CrashJourney.Instant(step: step, isDone: false)]
      + (isThorough ? [CrashJourney.Instant(step: step, isDone: true)] : [])
  }

  private func withJourney(_ body: (CrashJourney) async throws -> Void) async throws {
    let base = try await ReplicationJourney.begin("--fencing", "lease", "--automation", "manual")
    do {
      let journey = try CrashJourney(base)
      _ = try await settled(journey, "at first")
      try await body(journey)
      try await hasAll(journey)
      let verify = await base.plain("sync", "verify", "--yes")
      #expect(verify.status == 0, "\(verify.output)")
      try await journey.end()
    } catch {
      try await base.end()
      throw error
    }
  }

  /// Pulls a lever once for every instant of its operation.
  ///
  /// - Parameters:
  ///   - lever: its words, by the cloud that is not the primary.
  ///   - expected: what the primary must be afterwards, by the outcome, the primary before and the other; nil is a finding.
  private func kills(
    every lever: (String) -> [String], _ journey: CrashJourney,
    expected: (CrashJourney.Outcome, String, String) -> String?
  ) async throws {
    for instant in Self.instants {
      let primary = try await settled(journey, "before \(instant)")
      let target = primary == "aws" ? "azure" : "aws"
      let outcome = try await journey.pull(lever(target), killedAt: instant)
      let now = try await settled(journey, "after \(instant)")
      #expect(now == expected(outcome, primary, target), "\(instant): \(outcome)")
      if !outcome.isReached { return }
    }
  }

  /// One writable primary, links in step, nothing under way.
  @discardableResult
  private func settled(_ journey: CrashJourney, _ when: String) async throws -> String {
    var last = "no status"
    var primary: String?
    let isSettled = await eventually(within: .seconds(60)) {
      do {
        let standing = try await journey.base.plainStatus()
        last = "\(standing)"
        guard let found = standing.primary, standing.clouds.filter({ $0.writable == true }).map(\.id) == [found],
          standing.links.allSatisfy({ $0.state == "streaming" && $0.source == found }),
          !standing.operations.contains(where: { $0.state == "running" && $0.kind == "failover" })
        else { return false }
        primary = found
        return true
      } catch {
        last = "\(error)"
        return false
      }
    }
    #expect(isSettled, "\(when): \(last)")
    return try #require(primary)
  }

  private func hasAll(_ journey: CrashJourney) async throws {
    let acknowledged = journey.base.acknowledged()
    let primary = try await settled(journey, "at the end")
    let rows = try await journey.base.query("SELECT n FROM number", at: primary == "aws" ? 0 : 1)
    let lost = acknowledged.subtracting(rows.split(separator: "\n").compactMap { Int($0) })
    #expect(lost.isEmpty, "of \(acknowledged.count) acknowledged numbers \(lost.count) are not there")
  }
}
