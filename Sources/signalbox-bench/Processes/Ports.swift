import Glibc

/// Waits for servers to listen.
enum Ports {
  /// - Throws: ``BenchError`` when nothing listens there within ten seconds.
  static func wait(address: String, port: UInt16) throws {
    for _ in 0..<1000 {
      if isOpen(address, port) { return }
      usleep(10_000)
    }
    throw BenchError("nothing came to listen at \(address):\(port)")
  }

  private static func isOpen(_ address: String, _ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    inet_pton(AF_INET, address, &name.sin_addr)
    return withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
