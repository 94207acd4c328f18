import Glibc

/// IPv4 stream sockets that block; used on threads, never on the cooperative pool.
enum InternetSocket {
  /// A listening socket, or -1 with `errno`.
  static func listener(_ address: String, _ port: UInt16, backlog: Int32) -> Int32 {
    make { descriptor in
      set(descriptor, SOL_SOCKET, SO_REUSEADDR)
      guard withAddress(address, port, { bind(descriptor, $0, $1) }) == 0 else { return -1 }
      return listen(descriptor, backlog)
    }
  }

  /// A connected socket that sends at once, or -1 with `errno`.
  static func connect(to address: String, _ port: UInt16, from source: String, seconds: Int) -> Int32 {
    make { descriptor in
      set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
      limit(descriptor, seconds: seconds)
      guard withAddress(source, 0, { bind(descriptor, $0, $1) }) == 0 else { return -1 }
      return withAddress(address, port) { Glibc.connect(descriptor, $0, $1) }
    }
  }

  /// Bounds every wait for the other side, and sends small segments at once.
  static func limit(_ descriptor: Int32, seconds: Int) {
    set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  /// - Returns: whether all was sent.
  static func send(_ descriptor: Int32, _ bytes: some Collection<UInt8>) -> Bool {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Nil when the other side ends or is silent before that many bytes came.
  static func receive(_ descriptor: Int32, exactly count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: count)
    while bytes.count < count {
      let taken = read(descriptor, &buffer, count - bytes.count)
      if taken < 0, errno == EINTR { continue }
      guard taken > 0 else { return nil }
      bytes += buffer[..<taken]
    }
    return bytes
  }

  private static func make(_ prepare: (Int32) -> Int32) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return -1 }
    if prepare(descriptor) == 0 { return descriptor }
    let code = errno
    close(descriptor)
    errno = code
    return -1
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
    var on: Int32 = 1
    setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func withAddress(
    _ address: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else {
      errno = EINVAL
      return -1
    }
    return withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
