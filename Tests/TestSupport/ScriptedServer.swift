import Glibc
import Synchronization

/// A server on a socket of its own that says exactly what a test tells it to, byte for byte.
public final class ScriptedServer: Sendable {
  /// One connection, as the script sees it.
  public struct Connection: Sendable {
    public let descriptor: Int32

    /// The request's head and, with a Content-Length, its body; empty when the peer has gone.
    public func readRequest() -> String {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let text = String(decoding: bytes, as: UTF8.self)
        if let end = text.firstRange(of: "\r\n\r\n") {
          let head = text[..<end.lowerBound].lowercased()
          let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
          if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
        }
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count <= 0 { return "" }
        bytes += buffer.prefix(count)
      }
    }

    @discardableResult
    public func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { return false }
        sent += count
      }
      return true
    }

    public func answer(_ status: String, _ body: String, headers: String = "") {
      write("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Returns when the peer has closed the connection.
    public func waitForClose() {
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) > 0 {}
    }
  }

  public let port: Int
  private let listener: Int32
  private let count = Mutex(0)

  public var connectionCount: Int { count.withLock { $0 } }
  public var url: String { "http://127.0.0.1:\(port)" }

  /// Serves every connection with `script`, each on a thread of its own.
  public init(unixPath: String? = nil, _ script: @escaping @Sendable (Connection) -> Void) {
    let accepting = socket(unixPath == nil ? AF_INET : AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    listener = accepting
    if let unixPath {
      port = 0
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: unixPath.utf8) }
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = bind(accepting, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    } else {
      port = Loopback.bindAnyPort(accepting)
    }
    listen(listener, 128)
    startThread { [weak self] in
      while true {
        let descriptor = accept(accepting, nil, nil)
        if descriptor < 0 { return }
        self?.count.withLock { $0 += 1 }
        startThread {
          script(Connection(descriptor: descriptor))
          // A program that another test started meanwhile has a copy of the descriptor, which closing leaves open.
          shutdown(descriptor, Int32(SHUT_RDWR))
          close(descriptor)
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }
}
