import Glibc

/// One client of a proxy, on a thread of its own.
struct SocksConnection {
  let client: Int32
  /// Where connections leave from.
  let source: String

  private enum Reply: UInt8 {
    case succeeded = 0
    case notAllowed = 2
    case hostUnreachable = 4
    case connectionRefused = 5
    case commandNotSupported = 7
    case addressNotSupported = 8
  }

  private static let longestSilence: Int32 = 60

  func serve() {
    defer { close(client) }
    InternetSocket.limit(client, seconds: Int(Self.longestSilence))
    guard let methods = greeting(), methods.contains(0) else {
      _ = InternetSocket.send(client, [5, 0xFF])
      return
    }
    guard InternetSocket.send(client, [5, 0]), let request = InternetSocket.receive(client, exactly: 4),
      request[0] == 5, let target = target(type: request[3]), let port = InternetSocket.receive(client, exactly: 2)
    else { return answer(.addressNotSupported) }
    guard request[1] == 1 else { return answer(.commandNotSupported) }
    guard target.hasPrefix("127.") else { return answer(.notAllowed) }
    let server = InternetSocket.connect(
      to: target, UInt16(port[0]) << 8 | UInt16(port[1]), from: source, seconds: 10)
    guard server >= 0 else { return answer(errno == ECONNREFUSED ? .connectionRefused : .hostUnreachable) }
    defer { close(server) }
    answer(.succeeded)
    relay(client, server)
  }

  private func greeting() -> [UInt8]? {
    guard let head = InternetSocket.receive(client, exactly: 2), head[0] == 5 else { return nil }
    return InternetSocket.receive(client, exactly: Int(head[1]))
  }

  /// A dotted address, given as one or in place of a name; names are not looked up.
  private func target(type: UInt8) -> String? {
    switch type {
    case 1: return InternetSocket.receive(client, exactly: 4)?.map(String.init).joined(separator: ".")
    case 3:
      guard let length = InternetSocket.receive(client, exactly: 1) else { return nil }
      return InternetSocket.receive(client, exactly: Int(length[0])).map { String(decoding: $0, as: UTF8.self) }
    default: return nil
    }
  }

  private func answer(_ reply: Reply) {
    _ = InternetSocket.send(client, [5, reply.rawValue, 0, 1, 0, 0, 0, 0, 0, 0])
  }

  /// Copies both ways until both have ended, or nothing has come for long.
  private func relay(_ left: Int32, _ right: Int32) {
    var ends = [
      pollfd(fd: left, events: Int16(POLLIN), revents: 0), pollfd(fd: right, events: Int16(POLLIN), revents: 0),
    ]
    var buffer = [UInt8](repeating: 0, count: 32_768)
    while ends.contains(where: { $0.fd >= 0 }) {
      let ready = poll(&ends, 2, Self.longestSilence * 1000)
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return }
      for index in 0..<2 where ends[index].fd >= 0 && ends[index].revents != 0 {
        let target = index == 0 ? right : left
        let count = read(ends[index].fd, &buffer, buffer.count)
        if count > 0 {
          guard InternetSocket.send(target, buffer[..<count]) else { return }
        } else {
          shutdown(target, Int32(SHUT_WR))
          ends[index].fd = -1
          if count < 0 { return }
        }
      }
    }
  }
}
