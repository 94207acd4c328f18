import CellGrid
import Console
import Synchronization

@testable import Terminal

/// A terminal without a terminal: what is typed is fed, what is drawn is kept.
final class ScriptedScreen: ConsoleScreen {
  let input: AsyncStream<TerminalInput>
  let feed: AsyncStream<TerminalInput>.Continuation
  let capabilities: TerminalCapabilities
  let size: Size
  let frames: AsyncStream<CellGrid>
  private let drawn: AsyncStream<CellGrid>.Continuation
  private let state = Mutex((frameCount: 0, isClosed: false))

  init(size: Size = Size(width: 120, height: 40), colorDepth: ColorDepth = .trueColor) {
    self.size = size
    (input, feed) = AsyncStream.makeStream()
    (frames, drawn) = AsyncStream.makeStream()
    capabilities = TerminalCapabilities(
      name: "xterm", colorDepth: colorDepth, isUTF8: true, glyphs: .unicode, hasMouse: true)
  }

  var frameCount: Int { state.withLock { $0.frameCount } }
  var isClosed: Bool { state.withLock { $0.isClosed } }

  func draw(_ grid: CellGrid, cursor: Point?) {
    state.withLock { $0.frameCount += 1 }
    drawn.yield(grid)
  }

  func redraw() async {}

  func suspend() async {}

  func close() async {
    state.withLock { $0.isClosed = true }
    drawn.finish()
  }

  func type(_ text: String) {
    for character in text { feed.yield(.key(character == "⏎" ? .enter : .character(character))) }
  }

  /// The first frame from now on that shows all of `words`.
  func frame(showing words: String...) async -> String? {
    for await grid in frames {
      let text = grid.plainText()
      if words.allSatisfy(text.contains) { return text }
    }
    return nil
  }
}
