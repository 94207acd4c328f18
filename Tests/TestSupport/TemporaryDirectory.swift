public import Glibc
private import Synchronization

/// A directory that goes away, with all that is in it, when its owner lets go, or with the process at the latest.
public final class TemporaryDirectory: Sendable {
  public let path: String

  private static let standing = Mutex<Set<String>>([])
  /// What a suite keeps for all of its tests nobody lets go.
  private static let removesAtExit: Void = {
    atexit { for path in TemporaryDirectory.standing.withLock({ $0 }) { TemporaryDirectory.erase(path) } }
  }()

  public init(_ prefix: String = "signalbox") {
    var template = Array("/tmp/\(prefix)-\(String(repeating: "X", count: 6))".utf8CString)
    let path = String(cString: mkdtemp(&template))
    self.path = path
    Self.removesAtExit
    Self.standing.withLock { _ = $0.insert(path) }
  }

  deinit { remove() }

  /// Does not wait for its owner to let go.
  public func remove() {
    Self.standing.withLock { _ = $0.remove(path) }
    Self.erase(path)
  }

  /// Writes `text` to the file `name` and gives its path.
  @discardableResult
  public func write(_ text: String, to name: String, mode: mode_t = 0o644) -> String {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    close(descriptor)
    return file
  }

  private static func erase(_ path: String) {
    var words: [UnsafeMutablePointer<CChar>?] = ["rm", "-rf", path].map { (word: String) in strdup(word) } + [nil]
    var pid = pid_t()
    if posix_spawnp(&pid, "rm", nil, nil, &words, environ) == 0 { waitpid(pid, nil, 0) }
    for word in words { free(word) }
  }
}
