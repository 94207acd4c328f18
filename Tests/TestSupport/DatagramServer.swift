import Glibc
import Synchronization

/// A UDP socket that answers each packet with what a test tells it to.
public final class DatagramServer: Sendable {
  public let port: Int
  public var server: String { "127.0.0.1:\(port)" }

  private let descriptor: Int32
  private let count = Mutex(0)
  private let over = Flag()

  public var packetCount: Int { count.withLock { $0 } }

  /// - Parameter answers: packets to send back, for the packet and its number from 1.
  public init(_ answers: @escaping @Sendable ([UInt8], Int) -> [[UInt8]]) {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    self.descriptor = descriptor
    port = Loopback.bindAnyPort(descriptor)
    startThread { [weak self, over] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while !over.isRaised {
        var sender = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &sender) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            let size = recvfrom(descriptor, &buffer, buffer.count, 0, address, &length)
            guard size > 0, let number = self?.noted() else { return }
            for answer in answers(Array(buffer.prefix(size)), number) {
              _ = sendto(descriptor, answer, answer.count, 0, address, length)
            }
          }
        }
      }
      close(descriptor)
    }
  }

  private func noted() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }

  deinit {
    over.raise()
    // Shutting an unconnected socket down wakes its reader, whatever it returns.
    shutdown(descriptor, Int32(SHUT_RDWR))
  }
}
