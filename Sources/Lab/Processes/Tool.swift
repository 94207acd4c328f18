import FoundationEssentials
import Glibc

/// Short programs that are run to their end.
struct Tool: Sendable {
  var setpriv: String

  /// Runs a program, its output going to the launch's log.
  ///
  /// - Returns: what it wrote.
  /// - Throws: ``LabError`` with the tail of its output when it fails or takes longer than `timeout`.
  @discardableResult
  func run(_ launch: Launch, as subject: String, timeout: Duration = .seconds(60)) async throws -> String {
    let before = LogTail.size(launch.output)
    let child = try await Spawner.shared.spawn(launch, setpriv: setpriv)
    let watchdog = Task {
      try await Task.sleep(for: timeout)
      child.signal(SIGKILL)
    }
    let ending = await child.end()
    watchdog.cancel()
    let output = LogTail.text(launch.output, from: before)
    guard ending == .exited(0) else {
      throw LabError(subject, "\(launch.executable) \(ending): \(LogTail.last(of: output))")
    }
    return output
  }
}
