import Dispatch

/// Writes what was chosen, in the order in which it was chosen and aside: a home on a slow network delays no key.
final class PreferencesWriter: Sendable {
  private let file: PreferencesFile
  private let queue = DispatchQueue(label: "signalbox.console.preferences")

  init(file: PreferencesFile) { self.file = file }

  /// - Parameter failed: told on a queue of its own when the choice could not be kept.
  func keep(theme: String, failed: @escaping @Sendable (PreferencesProblem) -> Void) {
    queue.async { [file] in
      do throws(PreferencesProblem) { try file.keep(theme: theme) } catch { failed(error) }
    }
  }

  /// Returns when all is written, or when `limit` is over: a console that is quit does not hang on a home.
  func settle(within limit: Duration) async {
    let race = AnswerRace()
    await withCheckedContinuation { continuation in
      queue.async { if race.win() { continuation.resume() } }
      Task {
        try? await Task.sleep(for: limit)
        if race.win() { continuation.resume() }
      }
    }
  }
}
