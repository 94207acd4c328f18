import ArgumentParser
import Drill
import Glibc
import Host
import Lab
import Operations

/// `signalbox drill`: breaks something on purpose, and measures what users met with.
struct DrillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drill", abstract: "Break something in a lab on purpose, and measure what users meet with.",
    discussion: """
      Virtual users resolve by DNS, honour the time to live and write numbered rows. Something is broken or moved, and
      detection, decision, the change of DNS, the users' recovery and lost rows are measured from outside. Then all is
      healed and put back, and both databases are compared.

      Drills: \(DrillName.allCases.map(\.rawValue).joined(separator: ", ")).

      Without a running lab one is started, and ended afterwards. With --config it is for the system of that
      configuration: nothing is broken there, no users are sent, and the service's name must be typed.

      Examples:
        signalbox drill cloud-loss --users 1000 --runs 20 --report reports
        signalbox drill switchover --format json

      Exit status: 0 when every aim was met, 1 otherwise, 3 when a drill is refused.
      """)

  @Argument(help: "The drill.") var name: String
  @Option(help: "Virtual users, 0 to 5000. In a lab 1000 when left out.") var users: Int?
  @Option(help: "Seconds from the fault to its healing.") var seconds = 45.0
  @Option(help: "How often it is done.") var runs = 1
  @Option(help: ArgumentHelp("Write the report there: Markdown, HTML and JSON.", valueName: "dir")) var report: String?
  @Option(help: "Seconds a user thinks between requests, on average.") var think = 3.0
  @Option(help: "Share of requests that write a row, 0 to 1.") var writes = 0.1
  @Option(help: "How an old primary is taken in again: rebuild or merge.") var rejoin = RejoinArgument.rebuild
  @Option(help: "text or json. Progress goes to standard error.") var format = OutputFormat.text
  @OptionGroup var place: LabPlace
  @Option(
    help: ArgumentHelp("A configuration of a system that is not a lab.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  func validate() throws {
    _ = try drillName()
    guard (0...5000).contains(users ?? 0) else { throw ValidationError("--users: not between 0 and 5000") }
    guard (10...3600).contains(seconds) else { throw ValidationError("--seconds: not between 10 and 3600") }
    guard (1...1000).contains(runs) else { throw ValidationError("--runs: not between 1 and 1000") }
    guard (0.01...3600).contains(think) else { throw ValidationError("--think: not between 0.01 and 3600") }
    guard (0...1).contains(writes) else { throw ValidationError("--writes: not between 0 and 1") }
    guard config == nil || place.directory == nil else {
      throw ValidationError("--config and --directory exclude each other: one system at a time")
    }
    guard config == nil || runs == 1 else {
      throw ValidationError("--runs: a system that is not a lab is drilled once")
    }
  }

  func run() async throws {
    let command = self
    let work = Task {
      try await LabReport.failing {
        if let config = command.config { return try await SystemDrill(command: command).run(config) }
        return try await LabDrill(command: command).run()
      }
    }
    let signals = SignalWait([SIGINT, SIGTERM, SIGHUP])
    let waiting = Task {
      _ = await signals.first()
      if !Task.isCancelled { work.cancel() }
    }
    defer { waiting.cancel() }
    let report: DrillReport
    do { report = try await work.value } catch is CancellationError {
      Output.error("signalbox: the drill was interrupted; what it had broken is healed")
      throw ExitCode(ExitStatus.failed)
    }
    try show(report)
    if report.verdict != .passed { throw ExitCode(ExitStatus.failed) }
  }

  func drillName() throws -> DrillName {
    guard let found = DrillName(rawValue: name) else {
      let names = DrillName.allCases.map(\.rawValue)
      let nearest = NearestMatch.of(name, among: names).map { "did you mean \($0)? " } ?? ""
      throw ValidationError("there is no drill '\(name)'; \(nearest)drills: \(names.joined(separator: ", "))")
    }
    return found
  }

  /// - Parameter users: where nothing is asked for.
  func settings(users standard: Int) -> DrillSettings {
    DrillSettings(
      users: users ?? standard, thinkSeconds: think, writeShare: writes, observeSeconds: seconds,
      rejoin: rejoin.method)
  }

  private func show(_ report: DrillReport) throws {
    if let folder = self.report {
      do {
        for file in try ReportFiles(report).write(to: folder) { Output.error("written: \(file)") }
      } catch let error as LabError { Output.error("signalbox: \(error)") }
    }
    switch format {
    case .json: print(try JSONReport(report).text(), terminator: "")
    case .text: print(TerminalReport(report).text)
    }
  }
}

/// How an old primary is taken in again, as an argument.
enum RejoinArgument: String, ExpressibleByArgument, CaseIterable {
  case rebuild, merge

  var method: RejoinMethod { self == .rebuild ? .rebuild : .merge }
}
