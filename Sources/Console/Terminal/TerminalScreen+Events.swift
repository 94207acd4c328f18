import CTerminalGuard
import CellGrid
import Glibc
import Synchronization

extension TerminalScreen {
  /// Waits for keys and signals from now on; called on the terminal's thread only.
  nonisolated func watch() {
    thread.watch(
      TerminalThread.Watch(descriptors: [STDIN_FILENO, signals]) { [weak self] ready in
        self?.assumeIsolated { $0.handle(input: ready[0], signal: ready[1]) }
      })
  }

  private func handle(input: Int16, signal: Int16) {
    if signal != 0 { readSignals() }
    guard phase == .open else { return }
    if input & Int16(POLLIN) != 0 {
      readInput()
    } else if input != 0 {
      close(saying: .hangup)
    } else if signal == 0 {
      yield(parser.flush())
    }
    guard phase == .open else { return }
    thread.wait(atMost: parser.pending.map { $0 == .paste ? .seconds(2) : escapeDelay })
  }

  private func readInput() {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    if count > 0 {
      yield(parser.feed(bytes.prefix(count)))
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      close(saying: .hangup)
    }
  }

  private func yield(_ inputs: [TerminalInput]) {
    for input in inputs { continuation.yield(input) }
  }

  private func readSignals() {
    var numbers = [UInt8](repeating: 0, count: 64)
    let count = read(signals, &numbers, numbers.count)
    guard count > 0 else { return }
    for number in numbers.prefix(count) where phase == .open { handle(signal: Int32(number)) }
  }

  private func handle(signal number: Int32) {
    switch number {
    case SIGHUP: close(saying: .hangup)
    case SIGINT, SIGTERM: close(saying: .terminated(signal: number))
    case SIGTSTP: suspend()
    case SIGCONT:
      // Stopped without being asked (SIGSTOP): the shell has written on our screen and may have changed its settings.
      curses.leave()
      curses.reenter()
      takeSizeIfChanged()
    case SIGWINCH: takeSizeIfChanged()
    default: break
    }
  }

  private func takeSizeIfChanged() {
    let before = size
    let now = takeSize()
    if now != before { continuation.yield(.resize(now)) }
  }

  /// Asks the terminal for its size and takes it on.
  func takeSize() -> Size {
    var (columns, rows): (Int32, Int32) = (0, 0)
    if terminal_guard_window_size(STDIN_FILENO, &columns, &rows) == 0, columns > 0, rows > 0 {
      curses.resize(to: Size(width: Int(columns), height: Int(rows)))
    }
    let size = curses.size
    mailbox.withLock { $0.size = size }
    return size
  }
}
