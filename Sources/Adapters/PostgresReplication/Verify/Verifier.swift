import Operations
import PostgresAdapter

/// Compares both sides' rows while writes go on. It writes nothing; a few rows that never rest are kept still at the
/// source for a moment, one at a time.
struct Verifier: Sendable {
  let settings: LinkSettings
  let limits: VerifyLimits
  let clock: any Clock<Duration>

  init(
    settings: LinkSettings, limits: VerifyLimits = VerifyLimits(), clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.settings = settings
    self.limits = limits
    self.clock = clock
  }

  /// Compares tables, each as the source has it. What hinders a comparison is said in its summary.
  ///
  /// - Parameters:
  ///   - appliedPosition: the source's position that is durable at the target.
  ///   - reverseAppliedPosition: where the target's application writes as well, the target's position that is durable
  ///     at the source.
  ///   - progress: told a few times for each table.
  /// - Throws: `CancellationError`.
  func verify(
    tables: [TableShape], appliedPosition: @escaping @Sendable () async throws -> LSN,
    reverseAppliedPosition: (@Sendable () async throws -> LSN)? = nil,
    progress: @escaping @Sendable (String) async -> Void
  ) async throws -> [String: VerifyOutcome] {
    var outcomes: [String: VerifyOutcome] = [:]
    var unreachable: String?
    for table in tables {
      var outcome = VerifyOutcome(summary: VerifySummary(at: SystemClock.now), differences: [])
      let started = ContinuousClock.now
      if let unreachable {
        outcome.summary.failure = "not compared: \(unreachable)"
      } else {
        do {
          try await compare(table, wait(appliedPosition), reverseAppliedPosition.map(wait), progress, &outcome)
        } catch let error as CancellationError {
          throw error
        } catch let error as PostgresError where error.kind != .server && error.kind != .unexpectedResult {
          unreachable = "\(error)"
          outcome.summary.failure = unreachable
        } catch let error as LinkFailure {
          // A side lets nobody in.
          unreachable = "\(error)"
          outcome.summary.failure = unreachable
        } catch {
          try Task.checkCancellation()
          outcome.summary.failure = "\(error)"
        }
      }
      outcome.summary.seconds = started.duration(to: .now) / .seconds(1)
      outcomes[table.name] = outcome
    }
    return outcomes
  }

  private func wait(_ position: @escaping @Sendable () async throws -> LSN) -> AppliedWait {
    AppliedWait(applied: position, pollInterval: limits.pollInterval, clock: clock)
  }

  private func compare(
    _ table: TableShape, _ wait: AppliedWait, _ reverseWait: AppliedWait?,
    _ progress: @escaping @Sendable (String) async -> Void, _ outcome: inout VerifyOutcome
  ) async throws {
    let before = outcome
    let result = Collected(outcome)
    defer { outcome = result.value }
    try await VerifySides.with(settings, limits, count: limits.sessions, purpose: "verify") { sides in
      let digest = try await ComparedColumns.digest(table, sides, timeout: limits.statementTimeout)
      let comparison = TableComparison(
        digest: digest, sides: sides, limits: limits, clock: clock, wait: wait, reverseWait: reverseWait,
        isTwoWay: settings.mode == .streamBoth, mayHold: settings.mode != .snapshot, progress: progress)
      var found = before
      do {
        try await comparison.run(into: &found)
        result.change { $0 = found }
      } catch {
        result.change { $0 = found }
        throw error
      }
    }
  }
}
