import PostgresTestSupport
import Simulation
import TestSupport

/// What breaks, and when, in one run.
struct Chaos {
  let sides: [Side]
  let drivers: [any LinkHost]
  let timeline: Timeline
  let stop: Flag
  var chance: SeededGenerator
  /// How many servers may be killed in the run; each takes about half a second to come back.
  var killsLeft: Int

  mutating func run() async throws {
    while !stop.isRaised {
      try await pause(in: 30...350)
      let side = Int.random(in: sides.indices, using: &chance)
      let name = side == 0 ? "one" : "other"
      switch Int.random(in: 0..<10, using: &chance) {
      case 0 where killsLeft > 0, 1 where killsLeft > 0:
        killsLeft -= 1
        timeline.note("kill server \(name)")
        try await sides[side].cluster.kill()
        try await pause(in: 0...100)
        try await sides[side].cluster.restart()
        timeline.note("server \(name) is back")
      case 2, 3, 4:
        timeline.note("cut network to \(name)")
        sides[side].proxy.set(.cut)
        try await pause(in: 0...150)
        sides[side].proxy.set(.fair)
        timeline.note("network to \(name) heals")
      case 5:
        timeline.note("stall network to \(name)")
        sides[side].proxy.set(.stalled)
        try await pause(in: 50...400)
        sides[side].proxy.set(.fair)
        timeline.note("network to \(name) moves again")
      default:
        guard let driver = drivers.randomElement(using: &chance) else { continue }
        // Mostly what is broken off is a stream, however long the way there is on a busy machine.
        if await !driver.isUnderWay, Int.random(in: 0..<4, using: &chance) > 0 { continue }
        timeline.note("break off link \(driver.name)")
        await driver.breakOff()
      }
    }
    for side in sides { side.proxy.set(.fair) }
  }

  private mutating func pause(in range: ClosedRange<Int>) async throws {
    try await Task.sleep(for: .milliseconds(Int.random(in: range, using: &chance)))
  }
}
