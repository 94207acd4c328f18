import ArgumentParser
import Glibc
import HTTPAdapter
import Operations
import ProbingEngine

/// Probes with Signalbox's engine, in this process, and counts what that cost.
struct OwnProbes: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "own-probes", shouldDisplay: false)

  @OptionGroup var load: ProbeLoad
  @Option var network: Int

  func run() throws {
    let load = load
    let network = network
    print(try JSONText.of(try blocking { try await Self.count(load, network: network) }))
  }

  private static func count(_ load: ProbeLoad, network: Int) async throws -> ProbeCount {
    let counter = ProbeCounter()
    var settings = ProbingSettings()
    settings.jitter = 0
    let engine = ProbingEngine(
      clouds: (0..<load.targets).map { index in
        ProbedCloud(
          id: CloudID("t\(index)"), kind: .http(url: ProbeTargets.url(index, network: network), expecting: 200...299))
      },
      vantages: [ProbeVantage(id: VantageID("direct"), network: "this machine")], settings: settings,
      prober: CountingProber(prober: HTTPProber(client: try HTTPClient()), counter: counter),
      wallClock: RealTimeClock())
    let probing = Task { await engine.run() }
    try await Task.sleep(for: .seconds(ProbeLoad.warmUpSeconds))
    let usage = ProcessUsage(pid: getpid())
    let (before, used) = (counter.current, usage.cpuSeconds)
    try await Task.sleep(for: .seconds(load.seconds))
    let (count, cpu) = (counter.since(before), usage.cpuSeconds - used)
    probing.cancel()
    let drift = await engine.scheduleDrift()
    return ProbeCount(
      probes: count.probes, failures: count.failures, cpuSeconds: cpu, peakMegabytes: usage.peakMegabytes,
      driftP50Milliseconds: drift.p50Milliseconds, driftP99Milliseconds: drift.p99Milliseconds,
      driftMaximumMilliseconds: drift.maximumMilliseconds)
  }
}
