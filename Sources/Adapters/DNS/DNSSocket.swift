import Glibc
import SocketReadiness

/// A non-blocking socket that is connected to one server. It closes with its owner.
final class DNSSocket: Sendable {
  private let descriptor: Int32
  private let server: ServerAddress
  private let deadline: ContinuousClock.Instant

  /// A UDP socket, on a source port that the kernel draws at random. Being connected, it hears its server alone, and
  /// hears when nobody listens there.
  static func datagram(to server: ServerAddress, until deadline: ContinuousClock.Instant) throws(DNSError) -> DNSSocket
  {
    let socket = try DNSSocket(server, SOCK_DGRAM, deadline)
    guard server.connect(socket.descriptor) == 0 else { throw socket.failure() }
    return socket
  }

  static func stream(
    to server: ServerAddress, until deadline: ContinuousClock.Instant
  ) async throws -> DNSSocket {
    let socket = try DNSSocket(server, SOCK_STREAM, deadline)
    if server.connect(socket.descriptor) == 0 { return socket }
    guard errno == EINPROGRESS else { throw socket.failure() }
    try await socket.wait(.write)
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(socket.descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    guard code == 0 else { throw socket.failure(code) }
    return socket
  }

  private init(_ server: ServerAddress, _ kind: __socket_type, _ deadline: ContinuousClock.Instant) throws(DNSError) {
    let flags = SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    descriptor = Glibc.socket(server.family, Int32(kind.rawValue | flags), 0)
    self.server = server
    self.deadline = deadline
    guard descriptor >= 0 else {
      throw .unreachable(server: server.text, reason: String(cString: strerror(errno)).lowercased())
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func send(_ bytes: [UInt8]) async throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN || errno == EINTR {
        try await wait(.write)
      } else {
        throw failure()
      }
    }
  }

  /// What has come, at most `limit` bytes; empty at the end of a stream.
  func receive(_ limit: Int, until sooner: ContinuousClock.Instant? = nil) async throws -> [UInt8] {
    while true {
      if let bytes = try receiveNow(limit) { return bytes }
      try await wait(.read, until: sooner)
    }
  }

  /// What is there already; nil when nothing is.
  func receiveNow(_ limit: Int) throws(DNSError) -> [UInt8]? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, used in
      count = recv(descriptor, buffer.baseAddress, limit, 0)
      used = max(0, count)
    }
    if count >= 0 { return bytes }
    if errno == EAGAIN || errno == EINTR { return nil }
    throw failure()
  }

  private func wait(_ interest: SocketInterest, until sooner: ContinuousClock.Instant? = nil) async throws {
    _ = try await SocketReactor.shared.wait(
      for: interest, on: descriptor, until: min(deadline, sooner ?? deadline))
  }

  private func failure(_ code: Int32 = errno) -> DNSError {
    let reason = code == ECONNREFUSED ? "nobody listens there" : String(cString: strerror(code)).lowercased()
    return .unreachable(server: server.text, reason: reason)
  }
}
