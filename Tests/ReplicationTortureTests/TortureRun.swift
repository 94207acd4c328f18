import Operations
import PostgresAdapter
@testable import PostgresReplication
import Simulation
import TestSupport
import Testing

/// One seed of one-way replication: random tables, random traffic, random faults, and at rest the invariants.
struct TortureRun {
  let seed: UInt64
  let one: Side
  let other: Side
  var traps: ApplyTraps = []
  var seconds = 3.0
  /// Whether nothing breaks: for mistakes that show without.
  var isCalm = false
  /// How long a link may take to bring over what is left.
  var drainLimit: Duration = .seconds(40)

  /// Whether whole tables are brought in step again and again, in the place of a stream.
  var takesSnapshots = false

  /// The way between the sides; nil for ours.
  var peer: (any ReplicationLinkPort)?

  private let schema: RandomSchema
  let timeline = Timeline()
  let findings = Findings()

  init(seed: UInt64, one: Side, other: Side, keyless: Bool = true) {
    self.seed = seed
    self.one = one
    self.other = other
    schema = RandomSchema(seed: seed, keyless: keyless)
  }

  private var plan: HostPlan {
    HostPlan(
      seed: seed, source: one.place, target: other.place, goesBothWays: false, isWayBack: false, adopts: false,
      traps: traps.rawValue, takesSnapshots: takesSnapshots)
  }

  /// Makes the tables and starts the link.
  func begin() async throws -> any LinkHost {
    try await one.execute(schema.definition(isTarget: false) + RandomSchema.rows)
    try await other.execute(schema.definition(isTarget: true))
    let driver: any LinkHost =
      if let peer {
        LinkDriver(name: "peer", tell: { [timeline] in timeline.took($0, from: "peer") }) { peer }
      } else { plan.host(timeline: timeline) }
    await driver.start()
    return driver
  }

  func run() async throws {
    let (settings, driver) = (plan.settings, try await begin())
    let (stop, stopSampling) = (Flag(), Flag())
    let sampler = Sampler(findings: findings, stop: stopSampling)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [one, other] in
        await sampler.watchAcknowledgement(
          of: settings.slotName, at: one, link: settings.directionName, target: other)
      }
      // Each table of a snapshot is written by itself, so halves may differ until a pass is over.
      if !takesSnapshots {
        group.addTask { [self] in
          // Tables are copied one after the other: until the stream has passed the copies, halves may differ.
          _ = await eventually(within: .seconds(60)) { stop.isRaised || timeline.total(of: Timeline.streams) > 0 }
          guard timeline.total(of: Timeline.streams) > 0, await self.passesMark(1, limit: .seconds(60)),
            await self.peerHasCopied()
          else { return }
          await sampler.watchPairs(at: other)
        }
      }
      await disturb(driver, until: stop)
      await checkAtRest(settings, driver)
      stopSampling.raise()
    }
    await driver.stop()
    if await !driver.parked.isEmpty { findings.add("tables were parked: \(await driver.parked)") }
  }

  /// Writes and breaks things for a while; returns when the last writer has ended and everything works again.
  private func disturb(_ driver: any LinkHost, until stop: Flag) async {
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<3 {
        var writer = Writer(
          number: number, settings: one.direct, schema: schema, timeline: timeline, stop: stop,
          chance: SeededGenerator(seed: seed &* 31 &+ UInt64(number)))
        group.addTask { await writer.run() }
      }
      if !isCalm { await breakThings(driver, for: seconds / 3, salt: 0xBA5E) }
      // A busy machine may not come to streaming between faults, and what is streamed is what is tried here.
      _ = await eventually(within: .seconds(60)) { timeline.total(of: Timeline.streams) > 0 }
      if isCalm {
        try? await Task.sleep(for: .seconds(seconds))
      } else {
        await breakThings(driver, for: seconds, salt: 0xC4A05)
      }
      stop.raise()
    }
    timeline.note("writers and faults have ended")
  }

  private func breakThings(_ driver: any LinkHost, for seconds: Double, salt: UInt64) async {
    let stop = Flag()
    let chaos = Chaos(
      sides: [one, other], drivers: [driver], timeline: timeline, stop: stop,
      chance: SeededGenerator(seed: seed ^ salt), killsLeft: 2)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [findings, timeline] in
        var chaos = chaos
        do { try await chaos.run() } catch { findings.add("the faults failed: \(error)\n\(timeline.text)") }
      }
      try? await Task.sleep(for: .seconds(seconds))
      stop.raise()
    }
  }

  /// For whoever has to find out why the seed failed.
  var report: String {
    (["seed \(seed):"] + findings.all + ["what happened:", timeline.text]).joined(separator: "\n")
  }

  // MARK: - At rest

  private func checkAtRest(_ settings: LinkSettings, _ driver: any LinkHost) async {
    // With another mark after it, the pass that brought the first is complete.
    var marks = takesSnapshots ? [2, 3] : [2]
    while let mark = marks.first, await passesMark(mark, limit: drainLimit) { marks.removeFirst() }
    guard marks.isEmpty, await peerHasCopied() else {
      findings.add("not drained within \(drainLimit): \(await driver.lastFailure ?? "no failure was told")")
      return
    }
    timeline.note("drained")
    do {
      let comparison = Comparison(source: one, target: other, tables: schema.compared)
      for difference in try await comparison.differences() { findings.add(difference) }
    } catch { findings.add("the comparison failed: \(error)") }
  }

  /// A peer brings each table over by itself: the mark may be there, and other tables not.
  private func peerHasCopied() async -> Bool {
    guard let peer else { return true }
    return await eventually(within: .seconds(60)) { (try? await peer.inspect().needsBaseline) == false }
  }

  /// Writes a row at the source and waits until the target has it.
  func passesMark(_ mark: Int, limit: Duration) async -> Bool {
    await eventually(within: limit) {
      do {
        try await one.execute("INSERT INTO mark VALUES (\(mark)) ON CONFLICT DO NOTHING")
        return try await other.value(Int.self, "SELECT count(*) AS value FROM mark WHERE id = \(mark)") == 1
      } catch { return false }
    }
  }
}
