import Lab
public import Operations

/// A drill: some runs, one after another, each from the same state.
public struct Drill: Sendable {
  public let name: DrillName
  public let settings: DrillSettings
  public let runs: Int
  public let isLab: Bool
  let stage: any DrillStage
  /// Who is said to pull the levers.
  let actor: String
  let wallClock: any WallClock

  public init(
    _ name: DrillName, settings: DrillSettings, runs: Int, on stage: any DrillStage, isLab: Bool, actor: String,
    wallClock: any WallClock
  ) {
    self.name = name
    self.settings = settings
    self.runs = runs
    self.isLab = isLab
    self.stage = stage
    self.actor = actor
    self.wallClock = wallClock
  }

  /// What came of it, and why there are fewer runs than were asked for.
  public struct Outcome: Sendable {
    public var recordings: [DrillRecording]
    public var failure: (any Error)?
  }

  /// - Parameter tell: what goes on, about once a second.
  /// - Throws: when not even the first run could be made.
  public func perform(_ tell: @escaping @Sendable (DrillSnapshot) -> Void) async throws -> Outcome {
    let herald = DrillHerald(stage)
    do {
      let outcome = try await perform(tell, herald)
      await herald.end()
      return outcome
    } catch {
      await herald.end()
      throw error
    }
  }

  private func perform(
    _ tell: @escaping @Sendable (DrillSnapshot) -> Void, _ herald: DrillHerald
  ) async throws -> Outcome {
    var recordings: [DrillRecording] = []
    var primary: CloudID?
    do {
      for run in 1...max(1, runs) {
        let clouds = try await ready(primary: primary)
        primary = clouds.primary
        let plan = DrillPlan.make(name, clouds: clouds, settings: settings, run: run, isLab: isLab)
        let performed = DrillRun(plan, on: stage, at: wallClock.now(), token: Self.token(), actor: actor) {
          [runs] word in
          var word = word
          (word.run, word.runs) = (run, runs)
          tell(word)
          await herald.tell(word)
        }
        recordings.append(try await performed.perform())
      }
    } catch {
      // What was measured is told, also of a series that was interrupted.
      guard !recordings.isEmpty else { throw error }
      return Outcome(recordings: recordings, failure: error)
    }
    return Outcome(recordings: recordings, failure: nil)
  }

  /// Waits until the service is as a drill needs it.
  private func ready(primary: CloudID?) async throws -> DrillClouds {
    let deadline = ContinuousClock.now + .seconds(settings.patienceSeconds)
    let client = try await stage.host()
    let missing = Missing()
    return try await withThrowingTaskGroup(of: DrillClouds?.self) { group in
      group.addTask {
        for await case .snapshot(let snapshot) in client.updates() {
          switch DrillReadiness(snapshot, primary: primary) {
          case .ready(let clouds): return clouds
          case .notYet(let what): await missing.set(what)
          }
        }
        return nil
      }
      group.addTask {
        try await Task.sleep(until: deadline, clock: .continuous)
        return nil
      }
      defer { group.cancelAll() }
      guard let clouds = try await group.next() ?? nil else {
        throw LabError(
          "drill \(name.rawValue)", "the service is not ready for it: \(await missing.text)",
          remedy: "signalbox status shows how it stands; in a lab, signalbox lab heal takes faults back")
      }
      return clouds
    }
  }

  /// Tells the rows of one run from those of another.
  private static func token() -> String { String(UInt32.random(in: .min ... .max), radix: 36) }
}

/// What a service lacks for a drill, as last seen.
private actor Missing {
  private(set) var text = "its host gives no snapshots"

  func set(_ text: String) { self.text = text }
}
