import Glibc
import Synchronization

/// A network between two ends that a test can cut, stall, slow down and heal.
///
/// It takes TCP connections on a loopback address of its own and hands every byte on.
public final class NetworkProxy: Sendable {
  /// What the network does to what is on it.
  public enum Weather: Sendable, Equatable {
    case fair
    /// Bytes are kept and nothing is said, as by a router that lost its table.
    case stalled
    /// Connections are reset, and new ones refused.
    case cut
    /// Every packet of at most 8 KB takes so much longer, one after the other: a slow network.
    case slow(milliseconds: UInt32)
  }

  private struct State: Sendable {
    var weather = Weather.fair
    var sockets: Set<Int32> = []
    var isOver = false
  }

  public let address: String
  public let port: Int
  private let listener: Int32
  private let state = Mutex(State())
  private let carried = Atomic<Int>(0)

  /// Bytes that were handed on, both ways.
  public var byteCount: Int { carried.load(ordering: .relaxed) }

  /// - Parameters:
  ///   - address: of 127.0.0.0/8, to listen on.
  ///   - upstream: where the connections go.
  public init(address: String, port: Int, upstream: (address: String, port: Int)) {
    self.address = address
    self.port = port
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    self.listener = listener
    var on: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    let result = Self.withAddress(address, port) { bind(listener, $0, $1) }
    precondition(result == 0, "\(address):\(port): \(String(cString: strerror(errno)))")
    listen(listener, 128)
    startThread { [weak self] in
      while true {
        let near = accept(listener, nil, nil)
        if near < 0 { return }
        _ = fcntl(near, F_SETFD, FD_CLOEXEC)
        guard let self else {
          close(near)
          return
        }
        self.serve(near, upstream)
      }
    }
  }

  deinit {
    let sockets = state.withLock { state in
      state.isOver = true
      return state.sockets
    }
    for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  public func set(_ weather: Weather) {
    let sockets = state.withLock { state -> Set<Int32> in
      state.weather = weather
      return weather == .cut ? state.sockets : []
    }
    for socket in sockets { Self.reset(socket) }
  }

  // MARK: - Connections

  private func serve(_ near: Int32, _ upstream: (address: String, port: Int)) {
    let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let isOpen = Self.withAddress(upstream.address, upstream.port) { connect(far, $0, $1) } == 0
    let isWelcome = state.withLock { state in
      guard isOpen, state.weather != .cut, !state.isOver else { return false }
      state.sockets.formUnion([near, far])
      return true
    }
    guard isWelcome else {
      Self.reset(near)
      close(near)
      close(far)
      return
    }
    for socket in [near, far] {
      var on: Int32 = 1
      setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    let pair = ProxiedPair(near: near, far: far)
    for (from, to) in [(near, far), (far, near)] {
      startThread { [weak self] in
        while let proxy = self, proxy.carry(from: from, to: to) {}
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
        guard pair.isLastToLeave() else { return }
        _ = self?.state.withLock { $0.sockets.subtract([pair.near, pair.far]) }
        close(pair.near)
        close(pair.far)
      }
    }
  }

  /// One packet; false when there are no more.
  private func carry(from: Int32, to: Int32) -> Bool {
    var poll = pollfd(fd: from, events: Int16(POLLIN), revents: 0)
    // Waits without a hold on the socket's owner for long, so that a proxy that was let go ends.
    guard Glibc.poll(&poll, 1, 200) != 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = recv(from, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    while true {
      switch state.withLock({ $0.isOver ? .cut : $0.weather }) {
      case .stalled: usleep(2000)
      case .cut: return false
      case .slow(let milliseconds):
        usleep(milliseconds * 1000)
        return Self.write(buffer[..<count], to: to, counting: carried)
      case .fair: return Self.write(buffer[..<count], to: to, counting: carried)
      }
    }
  }

  private static func write(_ bytes: ArraySlice<UInt8>, to socket: Int32, counting: borrowing Atomic<Int>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    counting.add(bytes.count, ordering: .relaxed)
    return true
  }

  /// Ends a connection as a firewall would: with a reset, not with a farewell.
  private static func reset(_ socket: Int32) {
    var abrupt = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
    shutdown(socket, Int32(SHUT_RDWR))
  }

  private static func withAddress<Result>(
    _ text: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr(text)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}

/// Two sockets that close once both directions have ended.
private final class ProxiedPair: Sendable {
  let near: Int32
  let far: Int32
  private let leaving = Atomic<Int>(0)

  init(near: Int32, far: Int32) {
    self.near = near
    self.far = far
  }

  func isLastToLeave() -> Bool { leaving.add(1, ordering: .acquiringAndReleasing).newValue == 2 }
}
