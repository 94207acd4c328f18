import Glibc
import Testing

/// Whatever ends the program, the terminal is left as it was found.
@Suite(.timeLimit(.minutes(2))) struct RestorationTests {
  /// The settings, the main screen, the cursor, the mouse and the paste mode.
  private func expectRestored(_ terminal: PseudoTerminal, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(terminal.isAsFound, sourceLocation: sourceLocation)
    let text = terminal.text
    for (on, off) in [
      ("\u{1B}[?1049h", "\u{1B}[?1049l"), ("\u{1B}[?25l", "\u{1B}[?25h"), ("\u{1B}[?1002h", "\u{1B}[?1002l"),
      ("\u{1B}[?1006h", "\u{1B}[?1006l"), ("\u{1B}[?2004h", "\u{1B}[?2004l"), ("\u{1B}[?1h", "\u{1B}[?1l"),
    ] {
      let parts = text.split(separator: on, omittingEmptySubsequences: false)
      #expect(parts.count > 1, "\(on) never sent", sourceLocation: sourceLocation)
      #expect(parts.last?.contains(off) == true, "\(on) still on", sourceLocation: sourceLocation)
    }
  }

  @Test func quitRestores() async throws {
    let probe = try await Probe()
    #expect(!probe.terminal.isAsFound)
    probe.terminal.type("q")
    #expect(try await probe.terminal.end() == 0)
    #expect(probe.notes.last == "end")
    expectRestored(probe.terminal)
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func signalRestores(signal: Int32, code: Int32) async throws {
    let probe = try await Probe()
    kill(probe.process, signal)
    #expect(try await probe.terminal.end() == code)
    #expect(probe.notes.last == (signal == SIGHUP ? "hangup" : "terminated \(signal)"))
    expectRestored(probe.terminal)
  }

  @Test func exitWithoutClosingRestores() async throws {
    let probe = try await Probe()
    probe.terminal.type("e")
    #expect(try await probe.terminal.end() == 3)
    expectRestored(probe.terminal)
  }

  @Test(arguments: [("t", [SIGILL, SIGTRAP]), ("a", [SIGABRT]), ("s", [SIGSEGV])] as [(String, [Int32])])
  func crashRestores(key: String, signals: [Int32]) async throws {
    let probe = try await Probe(environment: ["SWIFT_BACKTRACE": "enable=no"])
    probe.terminal.type(key)
    let end = try await probe.terminal.end()
    #expect(signals.map { -$0 }.contains(end))
    expectRestored(probe.terminal)
    #expect(probe.terminal.text.contains("The program has crashed; what it printed is in \(probe.logFile)."))
    if key == "t" { #expect(probe.log.contains("trapped as asked")) }
  }

  @Test func crashStillHasItsBacktrace() async throws {
    let probe = try await Probe(environment: ["SWIFT_BACKTRACE": "enable=yes,color=no,interactive=no,symbolicate=off"])
    probe.terminal.type("s")
    #expect(try await probe.terminal.end() == -SIGSEGV)
    expectRestored(probe.terminal)
    #expect(probe.log.contains("Bad pointer dereference"))
    #expect(!probe.terminal.text.contains("Bad pointer dereference"))
  }

  @Test func hangupEndsTheProgram() async throws {
    let probe = try await Probe()
    probe.terminal.hangUp()
    #expect(try await probe.terminal.end() == 129)
    #expect(probe.notes.last == "hangup")
  }

  @Test func secondTerminationEndsABlockedProgram() async throws {
    let probe = try await Probe(columns: 200, rows: 50)
    probe.terminal.type("f")
    // Nobody reads what it sends.
    try await probe.terminal.wait(for: "a full terminal", readsOutput: false) { probe.isBlockedWriting }
    kill(probe.process, SIGTERM)
    try await probe.terminal.wait(for: "the first signal's handler", readsOutput: false) { !probe.hasPendingSignals }
    kill(probe.process, SIGTERM)
    #expect(try await probe.terminal.end(readsOutput: false) == 128 + SIGTERM)
    #expect(probe.terminal.isAsFound)
  }

  @Test(arguments: [true, false]) func suspensionGivesTheTerminalBack(bySignal: Bool) async throws {
    let script = #"set -m; "$0" "$1" "$2"; echo STOPPED; read line; fg > /dev/null; echo "ENDED $?""#
    let probe = try await Probe(wrapper: ["/bin/bash", "--norc", "-c", script])
    if bySignal { kill(probe.process, SIGTSTP) } else { probe.terminal.type("z") }
    try await probe.terminal.wait(for: "the shell") { probe.terminal.text.contains("STOPPED") }
    expectRestored(probe.terminal)
    let before = probe.terminal.output.count
    probe.terminal.resize(columns: 70, rows: 20)
    probe.terminal.type("\n")
    let resumed = "resumed(CellGrid.Size(width: 70, height: 20))"
    try await probe.waitForNote(resumed)
    let notes = probe.notes
    let order = try ["suspended", resumed].map { try #require(notes.firstIndex(of: $0)) }
    #expect(order[0] < order[1])
    try await probe.terminal.wait(for: "a redrawn screen") {
      let since = String(decoding: probe.terminal.output[before...], as: UTF8.self)
      return since.contains("\u{1B}[?1049h") && since.contains("row 1 of")
    }
    #expect(!probe.terminal.isAsFound)
    probe.terminal.type("q")
    try await probe.terminal.wait(for: "the end") { probe.terminal.text.contains("ENDED 0") }
    expectRestored(probe.terminal)
  }

  @Test func continuedWithoutHavingBeenAskedToStopRedraws() async throws {
    let probe = try await Probe()
    kill(probe.process, SIGSTOP)
    let before = probe.terminal.output.count
    kill(probe.process, SIGCONT)
    try await probe.terminal.wait(for: "a redrawn screen") {
      String(decoding: probe.terminal.output[before...], as: UTF8.self).contains("row 1 of 80x24")
    }
    probe.terminal.type("q")
    #expect(try await probe.terminal.end() == 0)
    expectRestored(probe.terminal)
  }
}
