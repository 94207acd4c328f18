import Drill
import Operations
import Synchronization

/// Tells a person who waits what a drill does, on standard error: each act as it begins, and a line every few seconds.
final class DrillProgress: Sendable {
  private struct State {
    var run = 0
    var phase = ""
    var toldAt = ContinuousClock.now
  }

  private let state = Mutex(State())
  private static let pause = Duration.seconds(5)

  func tell(_ snapshot: DrillSnapshot) {
    let isNew = state.withLock { state in
      guard
        state.run != snapshot.run || state.phase != snapshot.phase || ContinuousClock.now - state.toldAt >= Self.pause
      else {
        return false
      }
      state = State(run: snapshot.run, phase: snapshot.phase)
      return true
    }
    if isNew { Output.error(line(snapshot)) }
  }

  private func line(_ snapshot: DrillSnapshot) -> String {
    var words = snapshot.runs > 1 ? ["run \(snapshot.run) of \(snapshot.runs)"] : []
    if let seconds = snapshot.sinceFaultSeconds { words.append("+\(Decimals.text(seconds, places: 1)) s") }
    words.append(snapshot.phase)
    if snapshot.users > 0 {
      words.append("\(Decimals.text(snapshot.requestsPerSecond, places: 0)) req/s")
      words.append("\(Decimals.text(snapshot.failuresPerSecond, places: 0)) failed/s")
      words += snapshot.shares.map { "\($0.cloud) \(Decimals.text($0.share * 100, places: 0)) %" }
    }
    return words.joined(separator: " · ")
  }
}
