import ArgumentParser

/// `signalbox lab`: two real clouds on this machine's loopback.
struct LabCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "Run a lab: two real clouds on this machine's loopback addresses.",
    discussion: """
      Examples:
        signalbox lab up --directory /tmp/lab --users 50
        signalbox lab fault kill-cloud azure --directory /tmp/lab
        signalbox lab heal --directory /tmp/lab
        signalbox lab down --directory /tmp/lab
      """,
    subcommands: [
      LabUp.self, LabDown.self, LabStatusCommand.self, LabFault.self, LabHeal.self, LabTrafficCommand.self,
      LabSupervise.self, LabGuardCommand.self,
    ])
}
