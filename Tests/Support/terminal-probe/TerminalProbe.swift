import CellGrid
import Glibc
import Terminal

/// A program for tests: opens the terminal, draws, and writes what it hears, a line each, to the file named by its first
/// argument. Keys: `q` quits, `e` exits without closing, `n` counts up one cell, `w` draws wide text, `z` suspends, `p`
/// prints to standard output and error, `t` traps, `s` reads from nowhere, `a` aborts, `f` floods the
/// terminal, so that it blocks where nobody reads.
@main struct TerminalProbe {
  let screen: TerminalScreen
  let log: Int32
  var count = 0
  var showsWide = false

  static func main() async {
    let arguments = CommandLine.arguments
    let log = Glibc.open(arguments[1], O_WRONLY | O_CREAT | O_APPEND, 0o600)
    do {
      let logFile = arguments.count > 2 ? arguments[2] : nil
      let screen = try await TerminalScreen.open(TerminalOptions(logFile: logFile))
      var probe = TerminalProbe(screen: screen, log: log)
      await probe.run()
    } catch {
      print(error)
      exit(1)
    }
  }

  private mutating func run() async {
    let capabilities = screen.capabilities
    note("open \(screen.size.width)x\(screen.size.height) \(capabilities.colorDepth) utf8=\(capabilities.isUTF8)")
    note("pid \(getpid())")
    draw()
    await screen.flush()
    note("drawn")
    for await input in screen.input {
      switch input {
      case .key(.character(let character)): await act(on: character)
      case .terminated(let signal):
        note("terminated \(signal)")
        exit(128 + signal)
      case .hangup:
        note("hangup")
        exit(129)
      default: break
      }
      note("\(input)")
      if case .resize = input { draw() }
    }
    note("end")
  }

  private mutating func act(on character: Character) async {
    switch character {
    case "q": await screen.close()
    case "e": exit(3)
    case "n":
      count += 1
      draw()
    case "w":
      showsWide = true
      draw()
    case "z": await screen.suspend()
    case "f":
      note("flooding")
      for _ in 0..<20_000 {
        count += 1
        flood()
        await screen.flush()
      }
    case "p":
      print("a stray line")
      let complaint = "a stray complaint\n"
      _ = complaint.utf8CString.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count - 1) }
      fflush(nil)
    default: crash(on: character)
    }
    await screen.flush()
  }

  private func crash(on character: Character) {
    switch character {
    case "t": fatalError("trapped as asked")
    case "a": abort()
    case "s":
      note("reading from nowhere")
      let nowhere = UnsafePointer<UInt8>(bitPattern: 8)
      note("\(nowhere.map { $0.pointee } ?? 0)")
    default: break
    }
  }

  private func flood() {
    let letter = String(repeating: count % 2 == 0 ? "x" : "y", count: screen.size.width)
    var grid = CellGrid(size: screen.size)
    for y in 0..<screen.size.height { grid.write(letter, at: Point(x: 0, y: y), style: .plain) }
    screen.draw(grid)
  }

  private func draw() {
    let size = screen.size
    var grid = CellGrid(size: size)
    let glyphs = screen.capabilities.glyphs
    let box = TitledBox(title: [Span("probe", Style(foreground: .rgb(250, 120, 30)))])
    let inside = box.draw(into: &grid, in: grid.bounds, style: Style(foreground: .rgb(90, 90, 90)), glyphs: glyphs)
    for y in inside.y..<inside.bottom {
      let shade = UInt8(y * 255 / max(1, size.height))
      let style = Style(foreground: .rgb(shade, 200, 255 - shade), attributes: y % 3 == 0 ? .bold : [])
      grid.write("row \(y) of \(size.width)x\(size.height)", at: Point(x: inside.x + 1, y: y), style: style)
    }
    if showsWide {
      grid.write("世界 e\u{301}x ﾊ 가 😀| 👨\u{200D}👩| 🇩🇪|", at: Point(x: 4, y: 2), style: Style(foreground: .ansi(2)))
      for y in 3..<min(9, inside.bottom) {
        grid.write(String(repeating: "語", count: size.width), at: Point(x: y, y: y), style: .plain, clip: inside)
      }
    }
    let counter = Character(Unicode.Scalar(UInt8(0x30 + count % 10)))
    grid.write(String(counter), at: Point(x: size.width / 2, y: size.height / 2), style: Style(foreground: .ansi(1)))
    screen.draw(grid)
    note("picture\n" + grid.plainText() + "\nend of picture")
  }

  private func note(_ line: String) {
    let text = line + "\n"
    _ = text.utf8CString.withUnsafeBytes { write(log, $0.baseAddress, $0.count - 1) }
  }
}
