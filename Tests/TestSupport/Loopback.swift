import Glibc
import Synchronization

/// Sockets of 127.0.0.1.
public enum Loopback {
  /// Ports below those that the kernel gives away, so that no socket of another test takes one in the meantime.
  private static let range = 10_000..<30_000
  private static let next = Mutex(range.lowerBound + Int(getpid()) * 97 % range.count)

  /// A port that is free now, for TCP and UDP; nobody in this process gets it twice.
  public static func freePort() -> Int {
    while true {
      let port = next.withLock { next in
        next = next + 1 == range.upperBound ? range.lowerBound : next + 1
        return next
      }
      if isFree(port, SOCK_STREAM), isFree(port, SOCK_DGRAM) { return port }
    }
  }

  private static func isFree(_ port: Int, _ kind: __socket_type) -> Bool {
    let descriptor = socket(AF_INET, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    return withAddress(port) { bind(descriptor, $0, $1) } == 0
  }

  /// Binds to a port that the system chooses, and gives it.
  public static func bindAnyPort(_ descriptor: Int32) -> Int {
    withAddress(0) { address, length in
      var length = length
      bind(descriptor, address, length)
      getsockname(descriptor, address, &length)
      return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        Int(UInt16(bigEndian: $0.pointee.sin_port))
      }
    }
  }

  /// Whether something takes TCP connections there.
  public static func accepts(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    return withAddress(port) { connect(descriptor, $0, $1) } == 0
  }

  private static func withAddress<Result>(
    _ port: Int, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
