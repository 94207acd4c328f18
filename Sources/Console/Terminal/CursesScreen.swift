import CNcurses
import CTerminalGuard
import CellGrid
import Glibc

/// ncurses, used for one terminal from one thread.
final class CursesScreen {
  let capabilities: TerminalCapabilities
  let described: [[UInt8]: Key]
  private let screen: OpaquePointer
  private let files: (input: UnsafeMutablePointer<FILE>, output: UnsafeMutablePointer<FILE>)
  /// Copies of standard output's descriptor, for what the program prints may go elsewhere: ncurses', and the frames'.
  private let output: FrameOutput
  private var encoder: CellEncoder
  /// What ncurses' window holds.
  private var shown: CellGrid?
  private let modes: TerminalModes

  init(options: TerminalOptions) throws(TerminalError) {
    let name = try Self.terminalName()
    setlocale(LC_CTYPE, "")
    let isUTF8 = String(cString: signalbox_codeset()) == "UTF-8"
    guard let output = fdopen(dup(STDOUT_FILENO), "w"), let input = fdopen(dup(STDIN_FILENO), "r") else {
      throw .system(call: "fdopen", reason: reasonOfLastError())
    }
    files = (input, output)
    self.output = FrameOutput(curses: fileno(output))
    let opened = Self.newTerminal(name, output: output, input: input, options: options)
    guard let screen = opened.screen else {
      fclose(output)
      fclose(input)
      throw .unknownTerminal(name: name)
    }
    self.screen = screen
    guard signalbox_capability("cup") != nil, signalbox_columns() > 0 else {
      endwin()
      delscreen(screen)
      fclose(output)
      fclose(input)
      throw .notAddressable(name: name)
    }
    modes = TerminalModes(name: name, usesMouse: options.usesMouse)
    let depth = Self.startColors(opened.depth)
    encoder = CellEncoder(
      styles: StyleTable(depth: depth, encoding: opened.encoding, pairLimit: signalbox_max_pairs()), isUTF8: isUTF8)
    capabilities = TerminalCapabilities(
      name: name, colorDepth: depth, isUTF8: isUTF8,
      glyphs: !isUTF8 || options.forcesASCII ? .ascii : name.hasPrefix("linux") ? .linuxConsole : .unicode,
      hasMouse: modes.hasMouse)
    described = Self.describedKeys()
    prepare()
  }

  private static func terminalName() throws(TerminalError) -> String {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal(stream: "standard input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal(stream: "standard output") }
    guard let name = environmentValue("TERM"), !name.isEmpty else { throw .unknownTerminal(name: nil) }
    return name
  }

  private func prepare() {
    raw()
    noecho()
    nonl()
    // Otherwise ncurses leaves a frame half sent while keys are waiting.
    typeahead(-1)
    curs_set(0)
    signalbox_clear()
    _ = signalbox_send(0, 0)
    output.write(modes.enter)
  }

  /// What brings the terminal back from wherever a frame was when it stopped.
  var leaveSequence: [UInt8] {
    ["sgr0", "op", "rmkx", "cnorm", "rmcup"].reduce(modes.leave) { bytes, name in
      bytes + TerminalModes.capability(name)
    }
  }

  /// The terminal itself, whatever becomes of standard output.
  var terminalDescriptor: Int32 { output.terminal }

  var size: Size { Size(width: Int(signalbox_columns()), height: Int(signalbox_rows())) }

  /// Sends what differs from the frame before.
  ///
  /// - Returns: how many bytes that took.
  func draw(_ grid: CellGrid, cursor: Point?) -> Int {
    output.sendFrame(marks: modes.frame) { compose(grid, cursor: cursor) }
  }

  private func compose(_ grid: CellGrid, cursor: Point?) {
    put(grid)
    if encoder.styles.isExhausted {
      encoder.styles.reset()
      shown = nil
      put(grid)
    }
    let isVisible = cursor.map { Rect(origin: .zero, size: size).contains($0) } ?? false
    curs_set(isVisible ? 1 : 0)
    let place = isVisible ? cursor : nil
    _ = signalbox_send(Int32(place?.y ?? -1), Int32(place?.x ?? 0))
  }

  private func put(_ grid: CellGrid) {
    let size = self.size
    if shown?.size != grid.size {
      signalbox_clear()
      shown = nil
    }
    let runs = grid.diff(from: shown ?? CellGrid(size: grid.size))
    for run in runs where run.y < size.height {
      var end = min(run.columns.upperBound, size.width)
      // Half a wide character at the edge of a grid too large is left out.
      if end > run.columns.lowerBound, grid[end - 1, run.y].width == 2, end == size.width { end -= 1 }
      guard run.columns.lowerBound < end else { continue }
      let cells = encoder.encode(grid.row(run.y), columns: run.columns.lowerBound..<end)
      _ = signalbox_put_cells(Int32(run.y), Int32(run.columns.lowerBound), cells, Int32(cells.count))
    }
    shown = grid
  }

  /// Has everything sent again with the next frame, or at once when there is one.
  func repaint() {
    signalbox_repaint()
    if let grid = shown { _ = draw(grid, cursor: nil) }
  }

  /// Takes on the terminal's new size; the next frame is sent whole.
  func resize(to size: Size) {
    guard !size.isEmpty, size != self.size else { return }
    resizeterm(Int32(size.height), Int32(size.width))
    shown = nil
    signalbox_repaint()
  }

  /// Gives the terminal to the shell; ``reenter()`` takes it back.
  func leave() {
    output.write(modes.leave)
    curs_set(1)
    endwin()
  }

  func reenter() {
    reset_prog_mode()
    signalbox_repaint()
    _ = signalbox_send(0, 0)
    curs_set(0)
    output.write(modes.enter)
    repaint()
  }

  /// Leaves for good.
  func close() {
    leave()
    delscreen(screen)
    fclose(files.output)
    fclose(files.input)
    output.close()
  }
}

func environmentValue(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
