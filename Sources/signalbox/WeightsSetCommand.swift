import ArgumentParser
import Operations

/// Shifts traffic: plan, interlocks, write, verify, watch.
struct WeightsSetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Shift traffic by DNS weights.",
    discussion: """
      Prints the plan and what holds it; with --yes, or when confirmed by typing a word, executes it: compares with
      what stands, writes, verifies at the authoritative servers and watches the traffic arrive.

      Examples:
        signalbox weights set aws=70 azure=30 --dry-run
        signalbox weights set aws=0 azure=100 --yes
        signalbox weights set aws=0 azure=100 --yes --override too-soon
      """)

  @Argument(help: ArgumentHelp("A weight from 0 to 255 for every cloud.", valueName: "cloud=weight"))
  var weights: [WeightArgument]
  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var lever: LeverOptions

  func validate() throws {
    guard !weights.isEmpty else { throw ValidationError("give a weight for every cloud, like aws=70 azure=30") }
  }

  func run() async throws {
    let access = try await HostAccess.open(try options.load())
    do {
      try await run(access)
      await access.close()
    } catch {
      await access.close()
      throw error
    }
  }

  private func run(_ access: HostAccess) async throws {
    _ = try await access.snapshot { $0.isSettled }
    let wanted = Weights(weights.map { Weights.Entry(cloud: $0.cloud, weight: $0.weight) })
    let run = LeverRun(options: lever, access: access) { plan in
      plan.prediction.shares.max { $0.share < $1.share }?.cloud.rawValue ?? "go"
    }
    guard let ended = try await run.pull(.setWeights(wanted)) else { return }
    if lever.format == .json { try Output.json(ended) }
    try ended.requireDone()
  }
}

/// `aws=70`.
struct WeightArgument: ExpressibleByArgument, Sendable {
  var cloud: CloudID
  var weight: Int

  init?(argument: String) {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let weight = Int(parts[1]), (0...255).contains(weight) else {
      return nil
    }
    cloud = CloudID(String(parts[0]))
    self.weight = weight
  }
}
