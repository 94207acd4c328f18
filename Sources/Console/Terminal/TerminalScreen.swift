import CTerminalGuard
public import CellGrid
import Glibc
import Synchronization

/// The terminal as a screen of cells: shows grids, tells what is typed, and leaves the terminal as it found it whatever
/// ends the program.
///
/// A process has one. It lives on a thread of its own, which sleeps while nothing happens.
///
/// - On SIGINT, SIGTERM, SIGHUP or when the terminal goes away the screen closes itself, then the stream says so and ends.
///   A second SIGINT or SIGTERM ends the process.
/// - SIGTSTP and ``suspend()`` give the terminal to the shell and stop the process; when it continues, everything is
///   drawn again.
/// - A crash (SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE) restores the terminal, then meets the handler of
///   before: Swift's backtrace, where `SWIFT_BACKTRACE=enable=yes`, is written to standard error, which is
///   ``TerminalOptions/logFile``. `exit` restores it too. SIGKILL and a stack overflow cannot be caught.
public actor TerminalScreen {
  struct Mailbox {
    var frame: (grid: CellGrid, cursor: Point?)?
    var size: Size
    var traffic = TerminalTraffic()
  }

  enum Phase {
    case open, suspended, closed
  }

  /// Keys, mouse, signals, in order. For one reader. Ends when the screen is closed.
  public nonisolated let input: AsyncStream<TerminalInput>
  public nonisolated let capabilities: TerminalCapabilities
  let continuation: AsyncStream<TerminalInput>.Continuation
  let thread: TerminalThread
  let curses: CursesScreen
  let signals: Int32
  let escapeDelay: Duration
  let redirection: OutputRedirection?
  nonisolated let mailbox: Mutex<Mailbox>
  var parser: InputParser
  var phase = Phase.open

  private static let isOpen = Mutex(false)

  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Takes over the terminal of standard input and output.
  ///
  /// - Throws: ``TerminalError``; the terminal is as it was then.
  public static func open(_ options: TerminalOptions = TerminalOptions()) async throws -> TerminalScreen {
    let thread = try TerminalThread.shared.get()
    return try await withCheckedThrowingContinuation { waiting in
      thread.submit {
        waiting.resume(with: Result { try TerminalScreen(options, thread: thread) })
      }
    }
  }

  /// On the terminal's thread.
  private init(_ options: TerminalOptions, thread: TerminalThread) throws {
    try Self.claim()
    do {
      self.thread = thread
      (input, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4096))
      guard terminal_guard_save(STDIN_FILENO) == 0 else { throw TerminalError.notATerminal(stream: "standard input") }
      // Before ncurses, which leaves alone what others handle.
      signals = terminal_guard_open_signals()
      guard signals >= 0 else { throw TerminalError.system(call: "pipe2", reason: reasonOfLastError()) }
      do {
        curses = try CursesScreen(options: options)
        do {
          redirection = try options.logFile.map { try OutputRedirection(to: $0) }
        } catch {
          curses.close()
          throw error
        }
      } catch {
        terminal_guard_close_signals(0)
        terminal_guard_reset_settings(STDIN_FILENO)
        throw error
      }
      capabilities = curses.capabilities
      parser = InputParser(isUTF8: curses.capabilities.isUTF8, described: curses.described)
      escapeDelay = options.escapeDelay
      mailbox = Mutex(Mailbox(size: curses.size))
    } catch {
      Self.isOpen.withLock { $0 = false }
      throw error
    }
    Self.arm(curses, logFile: options.logFile)
    watch()
  }

  private static func claim() throws(TerminalError) {
    let isFree = isOpen.withLock { isOpen in
      defer { isOpen = true }
      return !isOpen
    }
    if !isFree { throw .alreadyOpen }
  }

  private static func arm(_ curses: CursesScreen, logFile: String?) {
    let leave = curses.leaveSequence.map(CChar.init(bitPattern:))
    let remedy = logFile.map { "; what it printed is in \($0)" } ?? ""
    let notice = "The program has crashed\(remedy).\r\n"
    terminal_guard_arm(curses.terminalDescriptor, leave, leave.count, notice, notice.utf8.count)
  }

  /// The terminal's size, as last told on ``input``.
  public nonisolated var size: Size { mailbox.withLock { $0.size } }

  /// What has been sent so far.
  public nonisolated var traffic: TerminalTraffic { mailbox.withLock { $0.traffic } }

  /// Shows `grid`, and the cursor where one is given. Returns at once; where frames come faster than the terminal takes
  /// them, only the newest is drawn. A grid of another size than the terminal's is cut or surrounded by blanks.
  public nonisolated func draw(_ grid: CellGrid, cursor: Point? = nil) {
    let isFirst = mailbox.withLock { mailbox in
      defer { mailbox.frame = (grid, cursor) }
      return mailbox.frame == nil
    }
    guard isFirst else { return }
    thread.submit { self.assumeIsolated { $0.present() } }
  }

  /// Returns when everything that was drawn before has been sent to the terminal.
  public func flush() { present() }

  /// Sends the whole screen anew: something else has written on it.
  public func redraw() {
    guard phase == .open else { return }
    present()
    curses.repaint()
  }

  /// Restores the terminal and ends ``input``. Does nothing the second time.
  public func close() { close(saying: nil) }

  func close(saying last: TerminalInput?) {
    guard phase != .closed else { return }
    if phase == .open { curses.close() }
    phase = .closed
    thread.watch(nil)
    terminal_guard_disarm()
    terminal_guard_reset_settings(STDIN_FILENO)
    terminal_guard_close_signals(last == .hangup ? 1 : 0)
    redirection?.undo()
    if let last { continuation.yield(last) }
    continuation.finish()
    Self.isOpen.withLock { $0 = false }
  }

  /// Gives the terminal to the shell and stops the process as Ctrl-Z does elsewhere. Returns when it goes on.
  public func suspend() {
    guard phase == .open else { return }
    phase = .suspended
    continuation.yield(.suspended)
    curses.leave()
    terminal_guard_stop()
    phase = .open
    curses.reenter()
    continuation.yield(.resumed(takeSize()))
  }

  private func present() {
    guard phase == .open else { return }
    let frame = mailbox.withLock { mailbox in
      defer { mailbox.frame = nil }
      return mailbox.frame
    }
    guard let frame else { return }
    let bytes = curses.draw(frame.grid, cursor: frame.cursor)
    mailbox.withLock { $0.traffic.count(bytes) }
  }
}
