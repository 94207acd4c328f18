import ArgumentParser

/// A thousand targets probed every second: Signalbox's engine beside Debian's blackbox exporter.
struct ProbesBench: ParsableCommand, Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "probes", abstract: "CPU per probe and schedule drift, beside prometheus-blackbox-exporter.")

  @OptionGroup var output: ReportOptions
  @OptionGroup var load: ProbeLoad
  @Option(help: "Rounds; each measures both.") var rounds = 3

  func validate() throws {
    guard (1...100).contains(rounds) else { throw ValidationError("--rounds: not between 1 and 100") }
  }

  func run() throws {
    try output.print { [try measure(progress: output.progress)] }
  }

  func measure(progress: (String) -> Void) throws -> Section {
    let network = ProbeTargets.freeNetwork
    let scratch = try Scratch()
    let targets = try ProbeTargets(count: load.targets, network: network)
    let exporter = try BlackboxExporter(network: network)
    var ours: [ProbeCount] = []
    var peer: [ProbeCount] = []
    let arguments = load.arguments + ["--network", String(network)]
    for round in 1...rounds {
      progress("probes: round \(round) of \(rounds), \(load.seconds) s each")
      ours.append(
        try Tool.measurement(ProbeCount.self, ["own-probes"] + arguments, log: scratch.file("ours.log")))
      peer.append(
        try Tool.measurement(
          ProbeCount.self,
          ["exporter-driver"] + arguments + ["--exporter", exporter.address, "--process", String(exporter.pid)],
          log: scratch.file("driver.log")))
    }
    return withExtendedLifetime(targets) { section(ours, peer, version: exporter.version) }
  }

  private func section(_ ours: [ProbeCount], _ peer: [ProbeCount], version: String) -> Section {
    Section(
      name: "probes",
      method: "\(load.targets) HTTP targets, a probe of each every second over a connection of its own, "
        + "\(load.seconds) s in each of \(rounds) rounds, in turns",
      peer: "prometheus-blackbox-exporter \(version), its process alone",
      figures: [
        Figure(
          "CPU per probe", "µs", ours: ours.map(\.microsecondsPerProbe), peer: peer.map(\.microsecondsPerProbe),
          aim: .ratio(0.5)),
        Figure(
          "probes a second", "", ours: ours.map { Double($0.probes) / Double(load.seconds) },
          peer: peer.map { Double($0.probes) / Double(load.seconds) }),
        Figure("schedule drift p50", "ms", ours: ours.map(\.driftP50Milliseconds)),
        Figure("schedule drift p99", "ms", ours: ours.map(\.driftP99Milliseconds), aim: .ours(50)),
        Figure("schedule drift at most", "ms", ours: ours.map(\.driftMaximumMilliseconds)),
        Figure(
          "failures", "", ours: ours.map { Double($0.failures) }, peer: peer.map { Double($0.failures) }, aim: .ours(0)),
        Figure("peak memory", "MB", ours: ours.map(\.peakMegabytes), peer: peer.map(\.peakMegabytes)),
      ],
      notes: [
        "ours counts schedule, probe and verdict in one process; the exporter's counts probe and metrics page, and "
          + "another process, not counted, asks it for each probe",
        "the targets are one HAProxy process on the same cores",
      ])
  }
}
