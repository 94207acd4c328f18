import ArgumentParser
import Glibc
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
  @Flag(name: .long, help: "Print the plan and change nothing.") var dryRun = false
  @Flag(name: .long, help: "Execute without asking.") var yes = false
  @Option(name: .long, help: ArgumentHelp("Go on against an interlock, by its name; repeatable.", valueName: "name"))
  var override: [String] = []
  @Option(help: "text or json.") var format = OutputFormat.text

  func validate() throws {
    guard !weights.isEmpty else { throw ValidationError("give a weight for every cloud, like aws=70 azure=30") }
    guard !(dryRun && yes) else { throw ValidationError("--dry-run and --yes exclude each other") }
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
    let plan = try await access.client.plan(.setWeights(wanted))
    try checkOverrides(plan)
    if format == .json && !yes { try Output.json(plan) }
    if format == .text { print(PlanText.write(plan)) }
    let names = override.map { InterlockName($0) }
    if dryRun { return }
    guard !plan.steps.isEmpty else { return }
    if let refusal = Refusal.judging(plan.interlocks, overriding: names) { throw refusal }
    if !yes { try confirm(plan) }
    try await execute(plan, names, access)
  }

  private func checkOverrides(_ plan: Plan) throws {
    let known = plan.interlocks.map(\.name.rawValue)
    for name in override where !known.contains(name) {
      let hint = NearestMatch.of(name, among: known).map { "did you mean \($0)?" } ?? known.joined(separator: ", ")
      throw HostError.invalidRequest("--override \(name): there is no such interlock; \(hint)")
    }
  }

  private func confirm(_ plan: Plan) throws {
    guard isatty(STDIN_FILENO) == 1, format == .text else {
      throw HostError.invalidRequest("this changes live traffic: confirm with --yes, or look with --dry-run")
    }
    let gaining = plan.prediction.shares.max { $0.share < $1.share }?.cloud.rawValue ?? "go"
    print("Type \(gaining) to go, anything else to leave all as it is: ", terminator: "")
    fflush(nil)
    guard readLine(strippingNewline: true) == gaining else {
      print("Nothing was changed.")
      throw ExitCode(ExitStatus.failed)
    }
  }

  private func execute(_ plan: Plan, _ names: [InterlockName], _ access: HostAccess) async throws {
    let id = try await access.client.execute(plan.id, overriding: names, actor: Operator.name)
    let ended = try await OperationFollower(id: id, quiet: format == .json).follow(access.client)
    if format == .json { try Output.json(ended) }
    guard ended.state != .failed else { throw HostError.failed(ended.failure ?? "the operation failed") }
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
