import ArgumentParser
import Glibc
import HTTPAdapter

/// Asks a blackbox exporter for a probe of each target every second, as Prometheus would, and counts what that cost
/// the exporter.
struct ExporterDriver: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "exporter-driver", shouldDisplay: false)

  @OptionGroup var load: ProbeLoad
  @Option var network: Int
  @Option(help: "ADDRESS:PORT of the exporter.") var exporter: String
  @Option(help: "The exporter's process.") var process: Int32

  func run() throws {
    let driver = self
    print(try JSONText.of(try blocking { try await driver.count() }))
  }

  private func count() async throws -> ProbeCount {
    let counter = ProbeCounter()
    let client = try HTTPClient()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      let begin = ContinuousClock.now
      for index in 0..<load.targets {
        group.addTask {
          var due = begin + .seconds(1) * (Double(index) / Double(load.targets))
          while !Task.isCancelled {
            try await Task.sleep(until: due, tolerance: .zero, clock: .continuous)
            counter.begin(late: (ContinuousClock.now - due) / .milliseconds(1))
            let success = await ask(index, client)
            if !Task.isCancelled { counter.add(success) }
            due = max(due + .seconds(1), .now)
          }
        }
      }
      defer { group.cancelAll() }
      try await Task.sleep(for: .seconds(ProbeLoad.warmUpSeconds))
      let usage = ProcessUsage(pid: process)
      let (before, used) = (counter.current, usage.cpuSeconds)
      try await Task.sleep(for: .seconds(load.seconds))
      let (count, cpu) = (counter.since(before), usage.cpuSeconds - used)
      let late = counter.current.latenessMilliseconds
      return ProbeCount(
        probes: count.probes, failures: count.failures, cpuSeconds: cpu, peakMegabytes: usage.peakMegabytes,
        driftP50Milliseconds: late.percentile(0.5) ?? 0, driftP99Milliseconds: late.percentile(0.99) ?? 0,
        driftMaximumMilliseconds: late.max() ?? 0)
    }
  }

  /// Whether the exporter found the target well.
  private func ask(_ index: Int, _ client: HTTPClient) async -> Bool {
    let target = ProbeTargets.url(index, network: network)
    let request = HTTPRequest(url: "http://\(exporter)/probe?module=http_2xx&target=\(target)")
    guard let response = try? await client.send(request), response.status == 200 else { return false }
    return String(decoding: response.body, as: UTF8.self).contains("\nprobe_success 1")
  }
}
