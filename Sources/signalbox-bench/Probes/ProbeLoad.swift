import ArgumentParser

/// How much to probe.
struct ProbeLoad: ParsableArguments {
  @Option(help: "Targets, each with an address of its own.") var targets = 1000
  @Option(help: "Seconds that are counted in each round.") var seconds = 30

  static let warmUpSeconds = 3

  func validate() throws {
    guard (1...10_000).contains(targets) else { throw ValidationError("--targets: not between 1 and 10000") }
    guard (1...3600).contains(seconds) else { throw ValidationError("--seconds: not between 1 and 3600") }
  }

  var arguments: [String] { ["--targets", String(targets), "--seconds", String(seconds)] }
}
