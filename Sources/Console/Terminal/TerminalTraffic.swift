/// What a screen has sent to its terminal since it was opened.
public struct TerminalTraffic: Hashable, Sendable {
  /// Frames in which something had changed; each is one write.
  public private(set) var frames = 0
  public private(set) var bytes = 0

  mutating func count(_ bytes: Int) {
    guard bytes > 0 else { return }
    frames += 1
    self.bytes += bytes
  }
}
