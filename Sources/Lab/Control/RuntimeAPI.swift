import Glibc

/// HAProxy's runtime API: one command per connection.
///
/// https://docs.haproxy.org/2.6/management.html#9.3
struct RuntimeAPI: Sendable {
  let path: String

  /// - Returns: HAProxy's answer, empty when there is nothing to say.
  @discardableResult
  func send(_ command: String) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      startThread { continuation.resume(with: Result { try exchange(command) }) }
    }
  }

  private func exchange(_ command: String) throws -> String {
    let descriptor = try UnixSocket.connect(path)
    defer { close(descriptor) }
    UnixSocket.setReceiveTimeout(descriptor, seconds: 3)
    let line = Array((command + "\n").utf8)
    guard write(descriptor, line, line.count) == line.count else {
      throw LabError.system(path, "no command was taken", errno: errno)
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    return String(decoding: answer, as: UTF8.self).trimmed
  }
}

extension String {
  /// Without the white space around it.
  var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
