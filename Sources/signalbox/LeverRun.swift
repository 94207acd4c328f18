import ArgumentParser
import Glibc
import Operations

/// `--dry-run`, `--yes` and `--override`, of every command that pulls a lever.
struct LeverOptions: ParsableArguments {
  @Flag(name: .long, help: "Print the plan and change nothing.") var dryRun = false
  @Flag(name: .long, help: "Execute without asking.") var yes = false
  @Option(name: .long, help: ArgumentHelp("Go on against an interlock, by its name; repeatable.", valueName: "name"))
  var override: [String] = []
  @Option(help: "text or json.") var format = OutputFormat.text

  func validate() throws {
    guard !(dryRun && yes) else { throw ValidationError("--dry-run and --yes exclude each other") }
  }
}

/// A lever pulled from the command line: plan, interlocks, confirmation, execution.
struct LeverRun: Sendable {
  let options: LeverOptions
  let access: HostAccess
  /// What is to be typed to go on.
  let word: @Sendable (Plan) -> String

  /// - Returns: the operation as it ended; nil when nothing was executed.
  /// - Throws: ``Refusal``, ``HostError``; `ExitCode` when a person changed their mind.
  func pull(_ request: LeverRequest) async throws -> OperationSnapshot? {
    let plan = try await access.client.plan(request)
    try checkOverrides(plan)
    let mutates = plan.steps.contains { $0.action.mutates }
    if options.format == .json, options.dryRun || (mutates && !options.yes) || plan.steps.isEmpty {
      try Output.json(plan)
    }
    if options.format == .text { print(PlanText.write(plan)) }
    if options.dryRun || plan.steps.isEmpty { return nil }
    let names = options.override.map { InterlockName($0) }
    // A command that could not be confirmed is wrong whatever holds the plan now.
    if mutates, !options.yes { try checkTerminal(plan) }
    if let refusal = Refusal.judging(plan.interlocks, overriding: names) {
      // Else a script that goes on without asking would read why nowhere.
      if options.format == .json, options.yes || !mutates { try Output.json(plan) }
      throw refusal
    }
    if mutates, !options.yes { try confirm(plan) }
    let id = try await access.client.execute(plan.id, overriding: names, actor: Operator.name)
    return try await OperationFollower(id: id, quiet: options.format == .json).follow(access.client)
  }

  private func checkOverrides(_ plan: Plan) throws {
    let known = plan.interlocks.map(\.name.rawValue)
    for name in options.override where !known.contains(name) {
      let hint = NearestMatch.of(name, among: known).map { "did you mean \($0)?" } ?? known.joined(separator: ", ")
      throw HostError.invalidRequest("--override \(name): there is no such interlock; \(hint)")
    }
  }

  private func checkTerminal(_ plan: Plan) throws {
    guard isatty(STDIN_FILENO) != 1 || options.format != .text else { return }
    let what = plan.kind == .weights ? "live traffic" : "live data"
    throw HostError.invalidRequest("this changes \(what): confirm with --yes, or look with --dry-run")
  }

  private func confirm(_ plan: Plan) throws {
    let word = word(plan)
    print("Type \(word) to go, anything else to leave all as it is: ", terminator: "")
    fflush(nil)
    guard readLine(strippingNewline: true) == word else {
      print("Nothing was changed.")
      throw ExitCode(ExitStatus.failed)
    }
  }
}

extension OperationSnapshot {
  /// - Throws: ``HostError`` where it did not come to its end, also when somebody or something newer ended it.
  func requireDone() throws {
    guard state == .done else { throw HostError.failed(failure ?? "not done: the operation was \(state.rawValue)") }
  }
}
