import ArgumentParser

/// The root command; without a subcommand it opens the console.
struct Signalbox: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signalbox",
    abstract: "Operations console for one application that runs in two clouds at once.",
    discussion: """
      Without a subcommand it opens the console: it attaches to the host that serves the configuration's control
      socket, or starts one in its own process.

      Examples:
        signalbox demo                                  two local clouds and the console on them
        signalbox --config /etc/signalbox.yaml          the console
        signalbox status --format json                  the world now, for a script
        signalbox weights set aws=70 azure=30 --dry-run what shifting traffic would do
        signalbox sync verify                           whether both databases hold the same rows
        signalbox switchover azure --dry-run            what moving the primary would do
        signalbox why                                   why it is not failing over

      Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused by an interlock.
      """,
    version: Version.text,
    subcommands: [
      ConsoleCommand.self, DemoCommand.self, RunCommand.self, StatusCommand.self, WeightsCommand.self,
      SyncCommand.self, JournalCommand.self, DoctorCommand.self, LabCommand.self, DrillCommand.self,
      FailoverCommand.self, SwitchoverCommand.self, FailbackCommand.self, EvacuateCommand.self, RejoinCommand.self,
      PauseCommand.self, ResumeCommand.self, AcknowledgeCommand.self, WhyCommand.self,
    ],
    defaultSubcommand: ConsoleCommand.self)
}

/// What this build calls itself.
enum Version {
  static let text = "0.1.0"
}
