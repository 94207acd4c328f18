import ArgumentParser
import Operations

/// Runs the command line and turns what it throws into an exit status.
@main
enum Main {
  static func main() async {
    do {
      var command = try Signalbox.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      ExitStatus.leave(with: 0)
    } catch {
      ExitStatus.end(with: error)
    }
  }
}
