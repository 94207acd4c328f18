import Glibc

/// Where a name server listens.
struct ServerAddress: Sendable, Hashable {
  /// As it was written: `127.77.3.1:53`.
  let text: String
  let family: Int32
  private let host: String
  private let port: UInt16

  /// - Parameter text: `address`, `address:port` or `[address]:port`; the port is 53 unless given.
  /// - Throws: ``DNSError/invalidServer(_:)``; a name is none, for it would need a resolver to find the resolver.
  init(_ text: String) throws(DNSError) {
    var host = Substring(text)
    var port: Substring?
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      if !rest.isEmpty { port = rest.first == ":" ? rest.dropFirst() : "" }
    } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
    }
    guard let number = port.map({ UInt16($0) }) ?? 53, number > 0 else { throw .invalidServer(text) }
    var binary = in6_addr()
    self.host = String(host)
    self.port = number
    self.text = text
    if inet_pton(AF_INET, self.host, &binary) == 1 {
      family = AF_INET
    } else if inet_pton(AF_INET6, self.host, &binary) == 1 {
      family = AF_INET6
    } else {
      throw .invalidServer(text)
    }
  }

  /// Calls `connect` on a socket of this address's family.
  func connect(_ descriptor: Int32) -> Int32 {
    if family == AF_INET {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      inet_pton(AF_INET, host, &address.sin_addr)
      return Self.connect(descriptor, &address, MemoryLayout<sockaddr_in>.size)
    }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    inet_pton(AF_INET6, host, &address.sin6_addr)
    return Self.connect(descriptor, &address, MemoryLayout<sockaddr_in6>.size)
  }

  private static func connect<Address>(_ descriptor: Int32, _ address: inout Address, _ size: Int) -> Int32 {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(size))
      }
    }
  }
}
