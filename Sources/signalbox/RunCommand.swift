import ArgumentParser
import Dispatch
import Glibc
import Host
import Operations

/// The host without a screen.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the host without a screen, for a service manager.",
    discussion: """
      Prints one line for each event. Consoles and commands attach to it through the control socket. It ends on
      SIGTERM or SIGINT; an operation that runs is resumed by the next start.

      Example:
        signalbox run --config /etc/signalbox.yaml
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let configuration = try options.load()
    if await RemoteHostClient.isServed(configuration.controlSocket) {
      throw HostError.failed("another host serves \(configuration.controlSocket); end it first, or attach to it")
    }
    let own = try await OwnHost.start(configuration)
    Output.error("host: serving \(configuration.controlSocket)")
    let signals = SignalWait([SIGTERM, SIGINT, SIGHUP])
    let printing = Task { await printEvents(of: own.host) }
    let signal = await signals.first()
    printing.cancel()
    Output.error("host: ending on signal \(signal)")
    await own.stop()
  }

  private func printEvents(of host: Host) async {
    var last: Int64 = 0
    for await snapshot in await host.snapshots() {
      for event in snapshot.events.reversed() where event.id > last {
        last = event.id
        Output.error(EventText.line(event))
      }
    }
  }
}
