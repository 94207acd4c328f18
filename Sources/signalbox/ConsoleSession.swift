import ArgumentParser
import Console
import FoundationEssentials
import Host
import Operations
import Terminal

/// One console from opening to quitting, with a host of its own where none runs.
struct ConsoleSession: Sendable {
  let configuration: Configuration
  let arguments: ConsoleArguments

  /// - Throws: `ExitCode` when a signal ended it; ``HostError`` when it could not begin.
  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let themes = ThemeLibrary.load(
      from: ThemeLibrary.searchPath(option: arguments.themes, environment: environment, executable: executable))
    let theme = try arguments.theme.map { try named($0, in: themes) }
    let access = try await HostAccess.open(configuration)
    let status: Int32
    do {
      let screen = try await TerminalScreen.open(arguments.terminal(logFile: configuration.journal + ".console.log"))
      status = await ConsoleApp.run(
        client: access.client, screen: screen, themes: themes,
        options: ConsoleOptions(
          actor: Operator.name, theme: theme, preferences: .standard(environment: environment)))
    } catch {
      await access.close()
      throw HostError.failed("\(error)")
    }
    await access.close()
    guard status == 0 else { throw ExitCode(status) }
  }

  private func named(_ name: String, in themes: ThemeLibrary) throws -> Theme {
    do {
      return try themes.theme(named: name)
    } catch {
      throw HostError.invalidRequest("\(error)")
    }
  }

  private var executable: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }
}
