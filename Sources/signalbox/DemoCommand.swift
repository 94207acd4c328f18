import ArgumentParser
import Dispatch
import Host
import Lab
import Operations

/// Two local clouds and the console on them, in one command.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Bring up a local lab of two clouds and open the console on it.",
    discussion: """
      Uses the lab that runs in the directory, or starts one with virtual users and ends it when the console is quit.
      Meanwhile, from another terminal:

        signalbox lab fault kill-cloud azure
        signalbox lab heal
        signalbox status
      """)

  @OptionGroup var place: LabPlace
  @OptionGroup var console: ConsoleArguments
  @Option(help: "Virtual users that send traffic, 0 to 5000.") var users = 30
  @Option(help: "Workload instances in each cloud, 1 to 20.") var instances = 3
  @Option(help: "The record set's time to live in seconds, 1 to 3600.") var ttl = 5
  @Flag(help: "Leave the lab running when the console is quit.") var keep = false

  func run() async throws {
    let lab = Lab(directory: place.labDirectory)
    let starts = !lab.isRunning
    if starts { try await start() }
    do {
      let configuration = try ConfigurationLoader.load(place.labDirectory.configuration)
      try await ConsoleSession(configuration: configuration, arguments: console).run()
    } catch {
      if starts && !keep { await end(lab) }
      throw error
    }
    if starts && !keep { await end(lab) }
  }

  private func start() async throws {
    Output.error("Bringing up two clouds in \(place.labDirectory.path)")
    let settings = LabSettings(
      directory: place.labDirectory.path, instances: instances, ttlSeconds: ttl, users: users)
    let starting = Task { try await Lab.up(settings) { LabReport.progress($0, format: .text) } }
    let interrupts = LabReport.onInterrupt { starting.cancel() }
    defer { interrupts.cancel() }
    _ = try await LabReport.failing { try await starting.value }
  }

  private func end(_ lab: Lab) async {
    Output.error("Ending the lab")
    do {
      try await lab.down()
    } catch {
      Output.error("signalbox: \(error); signalbox lab down ends it")
    }
  }
}
