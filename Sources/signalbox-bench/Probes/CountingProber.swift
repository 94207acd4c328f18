import Operations

/// Counts what another prober finds.
struct CountingProber: ProbePort {
  let prober: any ProbePort
  let counter: ProbeCounter

  func probe(_ request: ProbeRequest) async -> ProbeResult {
    let result = await prober.probe(request)
    if case .success = result.outcome { counter.add(true) } else { counter.add(false) }
    return result
  }
}
