import Glibc

/// A terminal whose screen is this process: it sizes it, types on it, and sees every byte that is written to it.
final class PseudoTerminal {
  // ioctl_tty(2); the values are those of every architecture that Debian has Swift for.
  private static let unlock: UInt = 0x4004_5431
  private static let number: UInt = 0x8004_5430
  private static let setSize: UInt = 0x5414

  private let descriptor: Int32
  /// For the program whose terminal it is.
  let path: String
  private var buffer = [UInt8](repeating: 0, count: 65_536)
  private(set) var bytes = 0
  /// When the newest byte came.
  private(set) var lastByteAt = ContinuousClock.now

  init(columns: UInt16, rows: UInt16) throws {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw BenchError("no pseudoterminal: \(String(cString: strerror(errno)))") }
    var locked: Int32 = 0
    var index: Int32 = 0
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard ioctl(descriptor, Self.unlock, &locked) == 0, ioctl(descriptor, Self.number, &index) == 0,
      ioctl(descriptor, Self.setSize, &size) == 0
    else {
      close(descriptor)
      throw BenchError("the pseudoterminal cannot be set up: \(String(cString: strerror(errno)))")
    }
    path = "/dev/pts/\(index)"
  }

  deinit { close(descriptor) }

  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = write(descriptor, bytes, bytes.count)
  }

  /// Reads what the program writes.
  ///
  /// - Returns: what came; empty when `deadline` passed, or the program's end, before anything did.
  func read(until deadline: ContinuousClock.Instant) -> ArraySlice<UInt8> {
    let left = max(.zero, ContinuousClock.now.duration(to: deadline))
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&wait, 1, Int32((left / .milliseconds(1)).rounded(.up))) > 0 else { return [] }
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    guard count > 0 else {
      // The other end is closed: until a program opens it, or for good.
      usleep(1000)
      return []
    }
    lastByteAt = .now
    bytes += count
    return buffer.prefix(count)
  }

  /// Reads and forgets for a while.
  func drain(for duration: Duration) {
    let deadline = ContinuousClock.now + duration
    while ContinuousClock.now < deadline { _ = read(until: deadline) }
  }

  /// Reads until nothing has come for `gap`.
  func drainUntilQuiet(_ gap: Duration, within limit: Duration = .seconds(2)) {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline, !read(until: .now + gap).isEmpty {}
  }
}
