import Operations
import PostgresAdapter
@testable import PostgresReplication
import Simulation
import TestSupport

/// One seed with both sides written: of each key the latest commit stands at the end, on both sides.
struct BothWaysRun {
  let seed: UInt64
  let sides: [Side]
  var traps: ApplyTraps = []
  var seconds = 3.0

  private let schema: VersionedSchema
  let timeline = Timeline()
  let findings = Findings()

  init(seed: UInt64, sides: [Side]) {
    self.seed = seed
    self.sides = sides
    schema = VersionedSchema(seed: seed)
  }

  func run() async throws {
    for (number, side) in sides.enumerated() { try await side.execute(schema.definition(isOther: number == 1)) }
    var drivers: [any LinkHost] = []
    for number in 0..<2 {
      // Both are empty, and so equal.
      let plan = HostPlan(
        seed: seed, source: sides[number].place, target: sides[1 - number].place, goesBothWays: true,
        isWayBack: number == 1, adopts: true, traps: traps.rawValue)
      drivers.append(plan.host(timeline: timeline))
    }
    for driver in drivers { await driver.start() }
    guard await eventually(within: .seconds(30), { timeline.total(of: Timeline.streams) >= 2 }) else {
      return findings.add("the links did not begin to stream")
    }
    let written = await disturb(drivers)
    timeline.note("writers and faults have ended")
    await checkAtRest(written)
    for driver in drivers {
      await driver.stop()
      if await !driver.parked.isEmpty { findings.add("tables were parked: \(await driver.parked)") }
    }
  }

  var report: String {
    (["seed \(seed), both ways:"] + findings.all + ["what happened:", timeline.text]).joined(separator: "\n")
  }

  private func disturb(_ drivers: [any LinkHost]) async -> [WrittenVersion] {
    let stop = Flag()
    return await withTaskGroup(of: [WrittenVersion].self) { group in
      for number in 0..<4 {
        var writer = VersionWriter(
          side: number % 2, settings: sides[number % 2].direct, schema: schema, timeline: timeline, stop: stop,
          chance: SeededGenerator(seed: seed &* 17 &+ UInt64(number)))
        group.addTask {
          await writer.run()
          return writer.written
        }
      }
      var chaos = Chaos(
        sides: sides, drivers: drivers, timeline: timeline, stop: stop,
        chance: SeededGenerator(seed: seed ^ 0xB07), killsLeft: 2)
      group.addTask { [findings, timeline] in
        do { try await chaos.run() } catch { findings.add("the faults failed: \(error)\n\(timeline.text)") }
        return []
      }
      try? await Task.sleep(for: .seconds(seconds))
      stop.raise()
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  private func checkAtRest(_ written: [WrittenVersion]) async {
    for number in 0..<2 {
      guard await passesMark(number, from: sides[number], to: sides[1 - number]) else {
        return findings.add("not drained from side \(number)")
      }
    }
    timeline.note("drained")
    do {
      let comparison = Comparison(source: sides[0], target: sides[1], tables: schema.compared)
      for difference in try await comparison.differences() { findings.add(difference) }
      let winners = Winners(sides: sides, schema: schema, written: written)
      for finding in try await winners.findings() { findings.add(finding) }
      try await checkSettled()
    } catch { findings.add("the checks failed: \(error)") }
  }

  private func passesMark(_ mark: Int, from source: Side, to target: Side) async -> Bool {
    await eventually(within: .seconds(40)) {
      do {
        try await source.execute("INSERT INTO mark VALUES (\(mark)) ON CONFLICT DO NOTHING")
        return try await target.value(Int.self, "SELECT count(*) AS value FROM mark WHERE id = \(mark)") == 1
      } catch { return false }
    }
  }

  /// When nobody writes, nothing is written: what was applied does not go to and fro.
  private func checkSettled() async throws {
    for (number, side) in sides.enumerated() {
      let settles = try await eventually(within: .seconds(15)) {
        let position = "SELECT pg_current_wal_insert_lsn() - '0/0' AS value"
        let before = try await side.value(Int64.self, position)
        try await Task.sleep(for: .milliseconds(700))
        return try await side.value(Int64.self, position) - before < 256
      }
      if !settles { findings.add("side \(number) goes on writing its log although nobody writes") }
    }
  }
}
