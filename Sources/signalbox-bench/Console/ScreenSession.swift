import Glibc

/// A program at work in a terminal of its own.
final class ScreenSession {
  /// Longer than a program pauses within a frame, and much shorter than the time to its next.
  private static let gap = Duration.milliseconds(40)
  private static let patience = Duration.seconds(15)

  let child: Child
  let terminal: PseudoTerminal
  private let program: ScreenProgram
  /// From before it was started to the last byte of the first frame.
  let firstFrameMilliseconds: Double

  init(_ program: ScreenProgram, columns: UInt16, rows: UInt16) throws {
    self.program = program
    terminal = try PseudoTerminal(columns: columns, rows: rows)
    let environment = ["TERM": "xterm-256color", "HOME": "/root"].merging(program.environment) { $1 }
    let start = ContinuousClock.now
    child = try Child(program.command, environment: environment, files: .terminal(terminal.path))
    let end = try Self.firstFrameEnd(terminal, program, since: start)
    firstFrameMilliseconds = (end - start) / .milliseconds(1)
  }

  private static func firstFrameEnd(
    _ terminal: PseudoTerminal, _ program: ScreenProgram, since start: ContinuousClock.Instant
  ) throws -> ContinuousClock.Instant {
    var seen: [UInt8] = []
    while ContinuousClock.now < start + patience {
      let new = terminal.read(until: .now + gap)
      seen.append(contentsOf: new)
      let isQuiet = new.isEmpty && ContinuousClock.now - terminal.lastByteAt >= gap
      if isQuiet, String(decoding: seen, as: UTF8.self).contains(program.marker) { return terminal.lastByteAt }
    }
    let text = String(decoding: seen.suffix(2000), as: UTF8.self)
    throw BenchError("\(program.name) showed no \(program.marker) in \(patience): \(text.debugDescription)")
  }

  /// What it costs while nobody touches it.
  func idle(for duration: Duration) -> IdleCost {
    let (cpu, bytes, begun) = (child.usage.cpuSeconds, terminal.bytes, ContinuousClock.now)
    terminal.drain(for: duration)
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    return IdleCost(
      cpuPercent: (child.usage.cpuSeconds - cpu) / seconds * 100,
      bytesPerSecond: Double(terminal.bytes - bytes) / seconds)
  }

  /// Milliseconds from each key to the first byte that answers it; a key without an answer in a second counts as one.
  func keyLatencies(_ count: Int) -> [Double] {
    (0..<count).map { index in
      // Not in step with the program's own second.
      terminal.drain(for: .milliseconds(Int.random(in: 30...80)))
      terminal.drainUntilQuiet(.milliseconds(10))
      let pressed = ContinuousClock.now
      terminal.type(program.keys[index % program.keys.count])
      while ContinuousClock.now < pressed + .seconds(1) {
        if !terminal.read(until: pressed + .seconds(1)).isEmpty {
          return (terminal.lastByteAt - pressed) / .milliseconds(1)
        }
      }
      return 1000
    }
  }

  /// Ends it by its own key, and by force if it does not.
  func quit() {
    terminal.type(program.quit)
    terminal.drain(for: .milliseconds(300))
    child.end(SIGTERM)
  }
}
