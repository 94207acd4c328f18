internal import PostgresAdapter
internal import Synchronization

/// What this instance has served, in Prometheus' text format.
final class Metrics: Sendable {
  /// Upper bounds in seconds; the last bucket has none.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5]

  private struct Request: Hashable {
    var method: String
    var route: String
    var status: Int
  }

  private struct State {
    var requests: [Request: Int] = [:]
    var buckets = [Int](repeating: 0, count: Metrics.bounds.count + 1)
    var sum = 0.0
    var inFlight = 0
  }

  private let state = Mutex(State())

  func begin() { state.withLock { $0.inFlight += 1 } }

  /// - Parameter route: the pattern, never the path, so that their number is bounded.
  func end(method: String, route: String, status: Int, duration: Duration) {
    let seconds = duration / .seconds(1)
    state.withLock { state in
      state.inFlight -= 1
      state.requests[Request(method: method, route: route, status: status), default: 0] += 1
      state.buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
      state.sum += seconds
    }
  }

  func exposition(release: String, cloud: String, pools: [(name: String, usage: PostgresPoolUsage)]) -> String {
    let state = state.withLock { $0 }
    var text = """
      # TYPE workload_info gauge
      workload_info{cloud="\(cloud)",release="\(release)"} 1
      # TYPE workload_requests_in_flight gauge
      workload_requests_in_flight \(state.inFlight)
      # TYPE workload_requests_total counter

      """
    for (request, count) in state.requests.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      text += "workload_requests_total{method=\"\(request.method)\",route=\"\(request.route)\","
      text += "status=\"\(request.status)\"} \(count)\n"
    }
    text += "# TYPE workload_request_duration_seconds histogram\n"
    var total = 0
    for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], state.buckets) {
      total += count
      text += "workload_request_duration_seconds_bucket{le=\"\(bound)\"} \(total)\n"
    }
    text += "workload_request_duration_seconds_sum \(state.sum)\nworkload_request_duration_seconds_count \(total)\n"
    text += "# TYPE workload_database_sessions gauge\n"
    for (name, usage) in pools {
      for (kind, count) in [("in_use", usage.inUse), ("idle", usage.idle), ("limit", usage.limit)] {
        text += "workload_database_sessions{pool=\"\(name)\",state=\"\(kind)\"} \(count)\n"
      }
    }
    text += "# TYPE workload_database_waiting gauge\n"
    for (name, usage) in pools { text += "workload_database_waiting{pool=\"\(name)\"} \(usage.waiting)\n" }
    return text
  }
}
