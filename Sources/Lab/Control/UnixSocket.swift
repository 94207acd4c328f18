import Glibc

/// Unix stream sockets by path.
enum UnixSocket {
  /// - Throws: ``LabError`` when nothing listens at `path`.
  static func connect(_ path: String) throws -> Int32 {
    try withAddress(path) { descriptor, address, length in Glibc.connect(descriptor, address, length) }
  }

  /// Replaces whatever stands at `path`.
  static func listen(_ path: String) throws -> Int32 {
    unlink(path)
    let descriptor = try withAddress(path) { descriptor, address, length in
      let result = bind(descriptor, address, length)
      chmod(path, 0o600)
      return result == 0 ? Glibc.listen(descriptor, 16) : result
    }
    return descriptor
  }

  private static func withAddress(
    _ path: String, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < capacity else { throw LabError(path, "is too long for a Unix socket") }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw LabError.system(path, "no socket", errno: errno) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      throw LabError.system(path, "cannot be used", errno: code)
    }
    return descriptor
  }

  /// How long a read may wait.
  static func setReceiveTimeout(_ descriptor: Int32, seconds: Int) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }
}
