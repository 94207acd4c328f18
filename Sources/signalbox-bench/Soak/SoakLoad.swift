import ArgumentParser

/// How long a console is soaked.
struct SoakLoad: ParsableArguments {
  @Option(help: "Simulated hours.") var hours = 24
  @Option(help: "Simulated seconds between frames.") var step = 1
  @Option(help: "Equal seeds give equal runs.") var seed: UInt64 = 1

  func validate() throws {
    guard (1...10_000).contains(hours) else { throw ValidationError("--hours: not between 1 and 10000") }
    guard (1...3600).contains(step) else { throw ValidationError("--step: not between 1 and 3600") }
  }

  var arguments: [String] { ["--hours", String(hours), "--step", String(step), "--seed", String(seed)] }
}
