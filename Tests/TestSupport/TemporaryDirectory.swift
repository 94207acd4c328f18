public import Glibc

/// A directory that goes away, with all that is in it, when its owner lets go.
public final class TemporaryDirectory: Sendable {
  public let path: String

  public init(_ prefix: String = "signalbox") {
    var template = Array("/tmp/\(prefix)-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit { Self.remove(path) }

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

  private static func remove(_ path: String) {
    var words: [UnsafeMutablePointer<CChar>?] = ["rm", "-rf", path].map { (word: String) in strdup(word) } + [nil]
    var pid = pid_t()
    if posix_spawnp(&pid, "rm", nil, nil, &words, environ) == 0 { waitpid(pid, nil, 0) }
    for word in words { free(word) }
  }
}
