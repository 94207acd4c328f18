import Glibc
import Synchronization

/// A SOCKS 5 proxy (RFC 1928) for one vantage, as `ssh -D` would be: it connects to loopback addresses only, and leaves
/// from the vantage's own.
///
/// Like ssh it sends small segments at once: a proxy that leaves Nagle's algorithm on adds the 40 ms of a delayed
/// acknowledgement to every probe in TLS.
final class SocksServer: Sendable {
  private let address: String
  private let descriptor: Int32
  private let connections = Mutex(0)
  /// Each costs a thread.
  private static let mostConnections = 200

  /// Listens, and serves for as long as the process lives.
  ///
  /// - Throws: ``LabError`` when the address is in use.
  init(address: String, port: UInt16, part: String) throws {
    self.address = address
    descriptor = InternetSocket.listener(address, port, backlog: 64)
    guard descriptor >= 0 else { throw LabError.system(part, "cannot listen at \(address):\(port)", errno: errno) }
  }

  func start() {
    startThread { [self] in
      while true {
        let client = accept(descriptor, nil, nil)
        if client < 0 {
          // Out of descriptors: those that are open will end.
          if errno != EINTR, errno != ECONNABORTED { usleep(50_000) }
          continue
        }
        Descriptors.closeOnExec(client)
        let isWelcome = connections.withLock { count in
          if count < Self.mostConnections { count += 1 }
          return count < Self.mostConnections
        }
        guard isWelcome else {
          close(client)
          continue
        }
        startThread { [self] in
          SocksConnection(client: client, source: address).serve()
          connections.withLock { $0 -= 1 }
        }
      }
    }
  }
}
