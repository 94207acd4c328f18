import ArgumentParser

/// How long and how often screens are looked at.
struct ScreenLoad: ParsableArguments {
  @Option(help: "Seconds at rest in each round.") var idleSeconds = 20
  @Option(help: "Rounds; each measures both programs.") var rounds = 2
  @Option(help: "Key presses in each round.") var keys = 200
  @Option(help: "Starts in each round.") var starts = 5

  static let sizes: [(columns: UInt16, rows: UInt16)] = [(120, 40), (200, 50)]

  func validate() throws {
    guard (1...3600).contains(idleSeconds) else { throw ValidationError("--idle-seconds: not between 1 and 3600") }
    guard (1...100).contains(rounds) else { throw ValidationError("--rounds: not between 1 and 100") }
    guard (1...100_000).contains(keys) else { throw ValidationError("--keys: not between 1 and 100000") }
    guard (1...100).contains(starts) else { throw ValidationError("--starts: not between 1 and 100") }
  }
}
