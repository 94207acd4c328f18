import CPseudoTerminal
import Glibc
import Synchronization
import Testing

/// A program in a terminal of its own, whose other end the test holds.
final class PseudoTerminal: Sendable {
  let process: pid_t
  private let masterDescriptor: Mutex<Int32>
  private let received = Mutex<[UInt8]>([])

  /// - Parameter environment: besides PATH and a UTF-8 locale.
  init(_ command: [String], columns: Int32 = 80, rows: Int32 = 24, environment: [String: String] = [:]) throws {
    var variables = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "HOME": "/nonexistent"]
    // Under a sanitizer the program is to be judged as the tests are.
    for name in ["ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"] {
      if let options = getenv(name) { variables[name] = String(cString: options) }
    }
    variables.merge(environment) { _, new in new }
    let arguments = command.map { strdup($0) } + [nil]
    let environment = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var master: Int32 = -1
    process = pseudo_terminal_start(command[0], arguments, environment, columns, rows, &master)
    masterDescriptor = Mutex(master)
    try #require(process > 0)
  }

  deinit {
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    hangUp()
  }

  private var master: Int32 { masterDescriptor.withLock { $0 } }

  /// Takes the terminal away.
  func hangUp() {
    masterDescriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  /// What the program has sent so far.
  var output: [UInt8] {
    drain()
    return received.withLock { $0 }
  }

  var text: String { String(decoding: output, as: UTF8.self) }

  private func drain() {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      var polled = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard poll(&polled, 1, 0) == 1, polled.revents & Int16(POLLIN) != 0 else { return }
      let count = read(master, &bytes, bytes.count)
      guard count > 0 else { return }
      received.withLock { $0 += bytes.prefix(count) }
    }
  }

  func type(_ text: String) { type(Array(text.utf8)) }

  func type(_ bytes: [UInt8]) { _ = write(master, bytes, bytes.count) }

  /// Waits until `condition` holds, taking in what the program sends meanwhile (unless told not to).
  func wait(
    for what: String, within limit: Duration = .seconds(20), readsOutput: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation,
    until condition: () -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while true {
      if readsOutput { drain() }
      if condition() { return }
      if ContinuousClock.now >= deadline {
        Issue.record("waited \(limit) for \(what); it sent: \(text.debugDescription)", sourceLocation: sourceLocation)
        throw CancellationError()
      }
      try await Task.sleep(for: .milliseconds(3))
    }
  }

  /// What a fresh terminal has, and what must be back: canonical mode, echo, signals, CR to NL.
  var isAsFound: Bool { pseudo_terminal_settings(master) == 15 }

  func resize(columns: Int32, rows: Int32) { _ = pseudo_terminal_resize(master, columns, rows) }

  /// Waits for the program's end: its exit code, or the signal that ended it as a negative number.
  ///
  /// - Parameter readsOutput: whether what it sends is taken in meanwhile.
  func end(readsOutput: Bool = true, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Int32 {
    var status: Int32 = 0
    try await wait(for: "the end", readsOutput: readsOutput, sourceLocation: sourceLocation) {
      pseudo_terminal_has_ended(process, &status) != 0
    }
    let signal = pseudo_terminal_end_signal(status)
    return signal > 0 ? -signal : pseudo_terminal_exit_code(status)
  }
}
