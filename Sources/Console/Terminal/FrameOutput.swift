import CTerminalGuard
import Glibc

/// Sends each of ncurses' frames in one write.
///
/// ncurses writes a frame in many small pieces, which over SSH become packets and on the screen become flicker. While it
/// composes, its descriptor leads into a file in memory; at all other times it is the terminal's, which ncurses needs for
/// the terminal's settings.
final class FrameOutput {
  /// The terminal, whatever ncurses' descriptor leads to.
  let terminal: Int32
  private let curses: Int32
  /// -1 where there is none: then ncurses writes for itself.
  private let memory: Int32

  /// Frames smaller than this are shown at once anyway.
  private static let smallFrame = 512

  /// - Parameter curses: the descriptor that ncurses writes to.
  init(curses: Int32) {
    self.curses = curses
    terminal = fcntl(curses, F_DUPFD_CLOEXEC, 3)
    memory = terminal >= 0 ? terminal_guard_open_memory() : -1
    _ = fcntl(curses, F_SETFD, FD_CLOEXEC)
  }

  /// Runs `compose`, in which ncurses writes, and sends what it wrote, between `marks` where it is much.
  ///
  /// - Returns: bytes sent; 0 where they could not be counted.
  func sendFrame(marks: (begin: [UInt8], end: [UInt8]), _ compose: () -> Void) -> Int {
    guard memory >= 0, lead(to: memory) else {
      compose()
      return 0
    }
    compose()
    _ = lead(to: terminal)
    let frame = takeFrame()
    guard !frame.isEmpty else { return 0 }
    let bytes = frame.count > Self.smallFrame ? marks.begin + frame + marks.end : frame
    write(bytes)
    return bytes.count
  }

  /// Has ncurses' descriptor lead elsewhere.
  private func lead(to descriptor: Int32) -> Bool {
    dup2(descriptor, curses) >= 0 && fcntl(curses, F_SETFD, FD_CLOEXEC) >= 0
  }

  /// Sends `bytes`; gives up when the terminal is gone.
  func write(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(terminal, buffer.baseAddress?.advanced(by: sent), buffer.count - sent)
      }
      guard count > 0 || errno == EINTR else { return }
      sent += max(0, count)
    }
  }

  func close() {
    if memory >= 0 { Glibc.close(memory) }
    Glibc.close(terminal)
  }

  /// What is in memory; nothing is afterwards.
  private func takeFrame() -> [UInt8] {
    let size = Int(lseek(memory, 0, SEEK_CUR))
    guard size > 0 else { return [] }
    lseek(memory, 0, SEEK_SET)
    let frame = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = max(0, read(memory, buffer.baseAddress, size))
    }
    ftruncate(memory, 0)
    lseek(memory, 0, SEEK_SET)
    return frame
  }
}
