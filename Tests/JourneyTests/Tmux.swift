import FoundationEssentials
import TestSupport
import Testing

/// A terminal of a test's own: a tmux server that lives as long as its owner, with one window of a fixed size.
final class Tmux: Sendable {
  private let directory = TemporaryDirectory("sbx-tmux")
  private let server: ChildProcess

  private init() {
    server = ChildProcess(["tmux", "-S", "\(directory.path)/s", "-f", "/dev/null", "-D"], log: "\(directory.path)/log")
  }

  /// Runs a shell command in a new terminal.
  ///
  /// - Parameter environment: set for the command alone; the locale is UTF-8 unless it says otherwise.
  static func running(
    _ command: String, width: Int, height: Int, environment: [String: String] = [:]
  ) async throws -> Tmux {
    let tmux = Tmux()
    let isUp = await eventually { FileManager.default.fileExists(atPath: "\(tmux.directory.path)/s") }
    try #require(isUp, "\(tmux.server.output)")
    var words = ["new-session", "-d", "-x", String(width), "-y", String(height)]
    for (name, value) in ["LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"].merging(environment, uniquingKeysWith: { $1 }) {
      words += ["-e", "\(name)=\(value)"]
    }
    // The shell stays when the command has ended, so that what it left behind can be looked at.
    try await tmux.ask(words + ["\(command); echo ended $?; exec cat"])
    return tmux
  }

  deinit { server.stop() }

  /// Types keys by tmux's names: `Right`, `Enter`, `g`.
  func type(_ keys: String...) async throws { try await ask(["send-keys"] + keys) }

  func resize(width: Int, height: Int) async throws {
    try await ask(["resize-window", "-x", String(width), "-y", String(height)])
  }

  /// What is on the screen.
  func screen() async throws -> String { try await ask(["capture-pane", "-p"]) }

  /// Waits until the screen shows all of `texts`.
  func shows(
    _ texts: String..., within limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    var screen = ""
    let isShown = try await eventually(within: limit) {
      screen = try await self.screen()
      return texts.allSatisfy(screen.contains)
    }
    #expect(isShown, "the screen does not show \(texts):\n\(screen)", sourceLocation: sourceLocation)
  }

  @discardableResult
  private func ask(_ words: [String]) async throws -> String {
    let result = await Program.run(["tmux", "-S", "\(directory.path)/s"] + words)
    try #require(result.status == 0, "tmux \(words.joined(separator: " ")): \(result.output)")
    return result.output
  }
}
