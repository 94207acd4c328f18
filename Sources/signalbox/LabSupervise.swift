import ArgumentParser
import Lab

/// The process that owns a lab; `lab up` starts it.
struct LabSupervise: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervise", abstract: "Own a lab's processes.", shouldDisplay: false)

  @OptionGroup var place: LabPlace
  @OptionGroup var make: LabMake

  func run() async throws { throw ExitCode(await SupervisorProcess.run(make.settings(place))) }
}

/// The process that sees to what is left when a supervisor has died.
struct LabGuardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guard", abstract: "Outlive a supervisor by a moment.", shouldDisplay: false)

  @OptionGroup var place: LabPlace

  func run() async throws { LabGuard.run(directory: place.labDirectory) }
}
