import Synchronization

/// Counts what all users meet with.
final class TrafficRecorder: Sendable {
  private struct CloudRecord {
    var requests = 0
    var failures = 0
    var latency = LatencyHistogram()
  }

  private struct State {
    var clouds: [String: CloudRecord] = [:]
    var writes = 0
    var reasons: [String: Int] = [:]
    /// Failures that have no cloud: the name was not resolved.
    var unresolved = 0
  }

  private let state = Mutex(State())

  /// - Parameter failure: why it failed; nil when it did not.
  func request(cloud: String, isWrite: Bool, took: Duration?, failure: String?) {
    state.withLock { state in
      if isWrite { state.writes += 1 }
      if let failure { state.reasons[failure, default: 0] += 1 }
      state.clouds[cloud, default: CloudRecord()].requests += 1
      if failure != nil { state.clouds[cloud]?.failures += 1 }
      guard let took else { return }
      state.clouds[cloud]?.latency.record(took)
    }
  }

  func unresolved(_ reason: String) {
    state.withLock { state in
      state.unresolved += 1
      state.reasons[reason, default: 0] += 1
    }
  }

  func reset() { state.withLock { $0 = State() } }

  func report(users: Int, over duration: Duration) -> TrafficReport {
    state.withLock { state in
      let requests = state.clouds.values.reduce(0) { $0 + $1.requests }
      let failures = state.clouds.values.reduce(state.unresolved) { $0 + $1.failures }
      let clouds = state.clouds.sorted { $0.key < $1.key }.map { id, record in
        TrafficReport.Cloud(
          id: id, requests: record.requests, failures: record.failures,
          share: requests == 0 ? 0 : Double(record.requests) / Double(requests),
          p50Milliseconds: record.latency.milliseconds(at: 0.5), p99Milliseconds: record.latency.milliseconds(at: 0.99),
          longestMilliseconds: record.latency.milliseconds(at: 1))
      }
      let seconds = duration / .seconds(1)
      return TrafficReport(
        users: users, seconds: seconds, requests: requests, writes: state.writes, failures: failures,
        requestsPerSecond: seconds > 0 ? Double(requests) / seconds : 0, clouds: clouds,
        failuresByReason: state.reasons)
    }
  }
}
