import Synchronization

/// What happened in a run and when, for whoever has to find out why it failed.
final class Timeline: Sendable {
  private struct State {
    var lines: [String] = []
    var counts: [String: Int] = [:]
  }

  private static let limit = 400
  private let begun = ContinuousClock.now
  private let state = Mutex(State())

  func note(_ event: String) {
    let milliseconds = Int((ContinuousClock.now - begun) / .milliseconds(1))
    let time = String(repeating: " ", count: max(0, 6 - "\(milliseconds)".count)) + "\(milliseconds) ms"
    state.withLock { state in
      if state.lines.count < Self.limit { state.lines.append("\(time)  \(event)") }
    }
  }

  func count(_ event: String) { state.withLock { $0.counts[event, default: 0] += 1 } }

  func total(of event: String) -> Int { state.withLock { $0.counts[event, default: 0] } }

  var text: String {
    state.withLock { state in
      (state.lines + state.counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }).joined(separator: "\n")
    }
  }
}
