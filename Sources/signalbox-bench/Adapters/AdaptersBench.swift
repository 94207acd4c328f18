import ArgumentParser
import Lab

/// What each adapter costs, beside the usual tool for the same thing.
struct AdaptersBench: ParsableCommand, Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "adapters", abstract: "HTTP, DNS and SQL requests one by one, beside curl, dig and pgbench.")

  @OptionGroup var output: ReportOptions
  @Option(help: "Requests in each round.") var count = 10_000
  @Option(help: "Rounds; each measures both.") var rounds = 3

  func validate() throws {
    guard (1...1_000_000).contains(count) else { throw ValidationError("--count: not between 1 and 1000000") }
    guard (1...100).contains(rounds) else { throw ValidationError("--rounds: not between 1 and 100") }
  }

  func run() throws {
    try output.print { [try measure(progress: output.progress)] }
  }

  func measure(progress: (String) -> Void) throws -> Section {
    let network = ProbeTargets.freeNetwork
    let targets = try ProbeTargets(count: 1, network: network)
    let lab = try BenchLab(progress: progress)
    let scratch = try Scratch()
    let trials = try AdapterTrials(count: count, lab: lab.status, url: ProbeTargets.url(0, network: network), scratch)
    let figures = try withExtendedLifetime((targets, lab)) {
      try trials.all.flatMap { trial -> [Figure] in
        var (ours, peer): ([FinishedRun], [FinishedRun]) = ([], [])
        for round in 1...rounds {
          progress("adapters: \(trial.name), round \(round) of \(rounds)")
          ours.append(try Tool.run([Programs.this(), "own-requests"] + trial.ours, log: scratch.file("ours.log")))
          peer.append(try Tool.run(trial.peer, log: scratch.file("peer.log"), environment: trial.peerEnvironment))
        }
        return comparison(trial.name, ours, peer)
      }
    }
    return Section(
      name: "adapters",
      method: "\(count) requests one after the other, \(rounds) rounds in turns; the whole process, its start included",
      peer: "curl over one connection, dig in batch mode, pgbench with prepared statements", figures: figures)
  }

  private func comparison(_ name: String, _ ours: [FinishedRun], _ peer: [FinishedRun]) -> [Figure] {
    let scale = 1_000_000 / Double(count)
    return [
      Figure(
        "\(name), CPU per request", "µs", ours: ours.map { $0.cpuSeconds * scale },
        peer: peer.map { $0.cpuSeconds * scale }),
      Figure(
        "\(name), time per request", "µs", ours: ours.map { $0.seconds * scale }, peer: peer.map { $0.seconds * scale }),
    ]
  }
}
