import Glibc
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct DrawingTests {
  @Test(arguments: [(20, 5), (80, 24), (120, 40), (200, 50), (300, 100)] as [(Int32, Int32)])
  func opensAtTheTerminalsSize(columns: Int32, rows: Int32) async throws {
    let probe = try await Probe(columns: columns, rows: rows)
    #expect(probe.note("open") == "open \(columns)x\(rows) palette256 utf8=true")
    probe.terminal.type("q")
    #expect(try await probe.terminal.end() == 0)
  }

  @Test func resizeIsToldAndDrawn() async throws {
    let probe = try await Probe()
    for (columns, rows) in [(132, 43), (40, 10), (200, 50)] as [(Int32, Int32)] {
      probe.terminal.resize(columns: columns, rows: rows)
      try await probe.waitForNote("resize(CellGrid.Size(width: \(columns), height: \(rows)))")
      let last = "row \(rows - 2) of \(columns)x\(rows)"
      try await probe.terminal.wait(for: last) { probe.terminal.text.contains(last) }
    }
  }

  /// Rendered by a real terminal, the screen is the grid, wide characters and all.
  @Test(arguments: [(80, 24), (120, 40), (200, 50)]) func tmuxShowsTheGrid(columns: Int, rows: Int) async throws {
    let directory = TemporaryDirectory("terminal-tests")
    let socket = directory.path + "/tmux"
    defer { _ = run(["tmux", "-S", socket, "kill-server"]) }
    let notes = directory.path + "/notes"
    _ = run([
      "tmux", "-S", socket, "-u", "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
      "env LC_ALL=C.UTF-8 \(Probe.executable) \(notes) \(directory.path)/log", ";", "set", "-g", "status", "off",
    ])
    var drawn = false
    try await eventually { Probe.contents(of: notes).contains("\ndrawn\n") }
    // Without the status line, the window has all rows.
    try await eventually { Probe.lastPicture(in: notes).count == rows }
    for keys in ["n", "w", "n"] {
      _ = run(["tmux", "-S", socket, "send-keys", keys])
    }
    try await eventually {
      let shown = run(["tmux", "-S", socket, "capture-pane", "-p"])
      drawn =
        shown.split(separator: "\n", omittingEmptySubsequences: false).prefix(rows).map(String.init)
        == Probe.lastPicture(in: notes) && shown.contains("世界")
      return drawn
    }
    #expect(drawn)
  }

  private func eventually(_ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !condition() {
      try #require(ContinuousClock.now < deadline)
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// A command's standard output.
  private func run(_ command: [String]) -> String {
    let quoted = command.map {
      "'\($0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
    guard let pipe = popen("env LC_ALL=C.UTF-8 " + quoted.joined(separator: " ") + " 2>&1", "r") else { return "" }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer.prefix(count)
    }
  }

  @Test func oneCellCostsFewBytes() async throws {
    let probe = try await Probe(columns: 200, rows: 50)
    let before = probe.terminal.output.count
    for count in 1...9 {
      probe.terminal.type("n")
      try await probe.terminal.wait(for: "frame \(count)") {
        probe.notes.count { $0 == "key(Terminal.Key.character(\"n\"))" } == count
      }
    }
    let perFrame = (probe.terminal.output.count - before) / 9
    #expect(perFrame > 0 && perFrame <= 32)
  }

  @Test func sameFrameCostsNothing() async throws {
    let probe = try await Probe()
    let before = probe.terminal.output.count
    probe.terminal.type("w")
    try await probe.waitForNote("key(Terminal.Key.character(\"w\"))")
    let between = probe.terminal.output.count
    #expect(between > before)
    probe.terminal.type("wx")
    try await probe.waitForNote("key(Terminal.Key.character(\"x\"))")
    #expect(probe.terminal.output.count == between)
  }

  @Test(
    arguments: [
      (["NO_COLOR": "1", "COLORTERM": "truecolor"], "monochrome", nil),
      (["COLORTERM": "truecolor"], "trueColor", "38;2;250;120;30"),
      (["COLORTERM": "truecolor", "TERM": "tmux-256color"], "trueColor", "38;2;250;120;30"),
      (["COLORTERM": "truecolor", "TERM": "screen-256color"], "palette256", "38;5;208"),
      ([:], "palette256", "38;5;208"),
      (["TERM": "xterm", "NO_COLOR": ""], "ansi16", "\u{1B}[33m"),
      (["TERM": "linux", "COLORTERM": "truecolor"], "ansi16", "\u{1B}[33m"),
      (["TERM": "vt100"], "monochrome", nil),
    ] as [([String: String], String, String?)])
  func coloursFitTheTerminal(environment: [String: String], depth: String, sent: String?) async throws {
    let probe = try await Probe(environment: environment)
    #expect(probe.note("open")?.contains(depth) == true)
    probe.terminal.type("q")
    _ = try await probe.terminal.end()
    let text = probe.terminal.text
    if let sent {
      #expect(text.contains(sent))
    } else {
      for color in 30...49 where color != 39 && color != 49 {
        #expect(
          !text.contains("\u{1B}[\(color)m") && !text.contains(";\(color)m") && !text.contains("\u{1B}[\(color);"))
      }
    }
  }

  @Test func localeWithoutUTF8GetsASCII() async throws {
    let probe = try await Probe(environment: ["LC_ALL": "C"])
    #expect(probe.note("open")?.hasSuffix("utf8=false") == true)
    probe.terminal.type("w")
    try await probe.waitForNote("key(Terminal.Key.character(\"w\"))")
    #expect(probe.terminal.output.allSatisfy { $0 < 0x80 })
    #expect(probe.terminal.text.contains("+- "))
    #expect(probe.terminal.text.contains("??"))
    #expect(probe.terminal.text.contains("probe"))
  }

  @Test func strayOutputGoesToTheLog() async throws {
    let probe = try await Probe()
    probe.terminal.type("px")
    try await probe.waitForNote("key(Terminal.Key.character(\"x\"))")
    #expect(probe.log.contains("a stray line\n") && probe.log.contains("a stray complaint\n"))
    #expect(!probe.terminal.text.contains("stray"))
  }

  @Test func inputArrivesAsItIsMeant() async throws {
    let probe = try await Probe()
    probe.terminal.type("é\u{1B}[1;2C\u{1B}[<0;12;7M\u{1B}[<64;1;1M\u{1B}[200~rm -rf\n\u{1B}[31m\u{1B}[201~")
    try await probe.waitForNote(#"paste("rm -rf\n\u{1B}[31m")"#)
    let keys = probe.notes.filter { $0.hasPrefix("key") || $0.hasPrefix("mouse") }
    #expect(keys.prefix(2) == ["key(Terminal.Key.character(\"é\"))", "key(Terminal.Key.shiftRight)"])
    #expect(keys.dropFirst(2).count == 2)
    probe.terminal.type("\u{1B}")
    try await probe.waitForNote("key(Terminal.Key.escape)")
  }

  @Test(arguments: [
    (["TERM": "no-such-terminal"], "TERM=no-such-terminal is not in this machine's terminfo"),
    (["TERM": ""], "TERM is not set"),
    (["TERM": "dumb"], "TERM=dumb cannot place a cursor"),
  ])
  func unusableTerminalIsNamed(environment: [String: String], message: String) async throws {
    let terminal = try PseudoTerminal([Probe.executable, "/dev/null"], environment: environment)
    #expect(try await terminal.end() == 1)
    try await terminal.wait(for: message) { terminal.text.contains(message) }
    #expect(terminal.isAsFound)
  }

  @Test func pipeIsNoTerminal() async throws {
    let terminal = try PseudoTerminal(["/bin/sh", "-c", "\(Probe.executable) /dev/null < /dev/null"])
    #expect(try await terminal.end() == 1)
    #expect(terminal.text.contains("standard input is not a terminal"))
  }
}
