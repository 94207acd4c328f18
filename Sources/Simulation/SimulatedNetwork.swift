public import Operations
import Synchronization

/// Peers and proxies as probes see them. A peer that was never named refuses connections.
public final class SimulatedNetwork: ProbePort {
  public enum Peer: Sendable, Equatable {
    case answers(status: Int, after: Duration)
    /// It answers, and not in HTTP.
    case babbles
    case refuses
    /// It takes the connection and never speaks.
    case hangs
  }

  private struct State {
    var peers: [String: Peer] = [:]
    var deadProxies: Set<String> = []
    var isOutOfDescriptors = false
    var probes: [String: Int] = [:]
  }

  private let state = Mutex(State())
  private let clock: any Clock<Duration>

  public init(clock: any Clock<Duration> = ContinuousClock()) { self.clock = clock }

  /// - Parameter address: a URL, or `host:port`.
  public func set(_ peer: Peer, at address: String) { state.withLock { $0.peers[address] = peer } }

  public func setProxy(_ proxy: String, alive: Bool) {
    state.withLock { state in
      if alive { state.deadProxies.remove(proxy) } else { state.deadProxies.insert(proxy) }
    }
  }

  public func setOutOfDescriptors(_ value: Bool) { state.withLock { $0.isOutOfDescriptors = value } }

  /// How often an address has been probed.
  public func probeCount(of address: String) -> Int { state.withLock { $0.probes[address, default: 0] } }

  public func probe(_ request: ProbeRequest) async -> ProbeResult {
    let address =
      switch request.kind {
      case .http(let url, _): url
      case .tcp(let host, let port): "\(host):\(port)"
      }
    let (peer, obstacle) = state.withLock { state -> (Peer, String?) in
      state.probes[address, default: 0] += 1
      if state.isOutOfDescriptors { return (.refuses, "too many open files") }
      if let proxy = request.proxy, state.deadProxies.contains(proxy) {
        return (.refuses, "proxy \(proxy): connection refused")
      }
      return (state.peers[address] ?? .refuses, nil)
    }
    if let obstacle { return ProbeResult(outcome: .inconclusive(obstacle), timing: nil) }
    return await outcome(of: peer, request)
  }

  private func outcome(of peer: Peer, _ request: ProbeRequest) async -> ProbeResult {
    let isHTTP = if case .http = request.kind { true } else { false }
    switch peer {
    case .refuses: return ProbeResult(outcome: .unreachable("connection refused"), timing: nil)
    case .babbles where isHTTP: return ProbeResult(outcome: .rejected("not an answer in HTTP"), timing: nil)
    case .hangs where isHTTP: return await timedOut(request)
    case .babbles, .hangs: return ProbeResult(outcome: .success(status: nil), timing: timing(.zero))
    case .answers(let status, let delay):
      guard isHTTP else { return ProbeResult(outcome: .success(status: nil), timing: timing(.zero)) }
      if delay >= request.timeout { return await timedOut(request) }
      if delay > .zero { try? await clock.sleep(for: delay) }
      guard case .http(_, let expecting) = request.kind, !expecting.contains(status) else {
        return ProbeResult(outcome: .success(status: status), timing: timing(delay))
      }
      return ProbeResult(outcome: .rejected("HTTP \(status)"), timing: timing(delay))
    }
  }

  private func timedOut(_ request: ProbeRequest) async -> ProbeResult {
    try? await clock.sleep(for: request.timeout)
    return ProbeResult(
      outcome: .unreachable("no answer within \(Int(request.timeout.inMilliseconds)) ms"), timing: nil)
  }

  private func timing(_ delay: Duration) -> ProbeTiming {
    ProbeTiming(
      connectMilliseconds: 0.1, firstByteMilliseconds: delay.inMilliseconds,
      totalMilliseconds: delay.inMilliseconds + 0.1)
  }
}
