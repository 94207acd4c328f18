import ArgumentParser
import Lab

/// The reference application under users who think, through both clouds of a lab.
struct WorkloadBench: ParsableCommand, Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "workload", abstract: "Latency of the application under 1,000 and 2,000 users.")

  /// What the report on the two-cloud application measured with 1,000 users.
  private static let reported = ["aws": 150.0, "azure": 170.0]
  private static let reportedUsers = 1000

  @OptionGroup var output: ReportOptions
  @Option(help: "Users at once; several numbers for several runs.") var users = [1000, 2000]
  @Option(help: "Seconds that are counted in each run.") var seconds = 45
  @Option(help: "Seconds a user thinks between requests, on average; from half to one and a half of it.")
  var think = 2.0
  @Option(help: "Runs with each number of users.") var rounds = 2

  private static let warmUpSeconds = 15

  func validate() throws {
    guard (1...100).contains(rounds) else { throw ValidationError("--rounds: not between 1 and 100") }
    guard (1...3600).contains(seconds) else { throw ValidationError("--seconds: not between 1 and 3600") }
    guard users.allSatisfy({ (1...5000).contains($0) }) else {
      throw ValidationError("--users: not between 1 and 5000")
    }
  }

  func run() throws {
    try output.print { [try measure(progress: output.progress)] }
  }

  func measure(progress: (String) -> Void) throws -> Section {
    let signalbox = try Programs.own("signalbox")
    let lab = try BenchLab(progress: progress)
    let scratch = try Scratch()
    var reports: [Int: [TrafficReport]] = [:]
    for round in 1...rounds {
      for users in users {
        progress("workload: \(users) users, round \(round) of \(rounds)")
        let command = [
          signalbox, "lab", "traffic", "--directory", lab.status.directory, "--users", String(users),
          "--seconds", String(seconds), "--warm-up", String(Self.warmUpSeconds), "--think", String(think),
          "--format", "json",
        ]
        reports[users, default: []].append(
          try Tool.measurement(TrafficReport.self, command: command, log: scratch.file("traffic.log")))
      }
    }
    return Section(
      name: "workload",
      method: "users who think \(NumberText.of(think)) s on average, one request in ten writes, \(seconds) s after "
        + "\(Self.warmUpSeconds) s of warm-up, \(rounds) runs each, to both clouds as DNS says",
      peer: "the report's figures at \(Self.reportedUsers) users, on machines of its own",
      figures: users.flatMap { Self.figures($0, reports[$0] ?? []) },
      notes: ["the users are one process on the same cores as both clouds", "not a comparison of equal machines"]
        + Self.failures(reports))
  }

  private static func figures(_ users: Int, _ reports: [TrafficReport]) -> [Figure] {
    let latencies = ["aws", "azure"].flatMap { cloud -> [Figure] in
      let clouds = reports.compactMap { $0.cloud(cloud) }
      let reported = users == reportedUsers ? Self.reported[cloud] : nil
      return [
        Figure(
          "\(users) users, \(cloud) p50", "ms", ours: clouds.map(\.p50Milliseconds),
          peer: clouds.compactMap { _ in reported }, aim: reported.map { .ours($0) }),
        Figure(
          "\(users) users, \(cloud) p99", "ms", ours: clouds.map(\.p99Milliseconds),
          peer: clouds.compactMap { _ in reported }, aim: reported.map { .ours($0) }),
      ]
    }
    return latencies + [
      Figure("\(users) users, requests a second", "", ours: reports.map(\.requestsPerSecond)),
      Figure("\(users) users, failures", "", ours: reports.map { Double($0.failures) }, aim: .ours(0)),
    ]
  }

  private static func failures(_ reports: [Int: [TrafficReport]]) -> [String] {
    var counts: [String: Int] = [:]
    for report in reports.values.joined() { counts.merge(report.failuresByReason, uniquingKeysWith: +) }
    return counts.sorted { $0.value > $1.value }.prefix(5).map { "\($0.value) failures: \($0.key)" }
  }
}
