import Glibc

/// An octet held by this process until it ends.
struct NetworkReservation: Sendable {
  let network: LabNetwork
  private let descriptor: Int32

  /// Takes the octet asked for, or the first free one.
  static func take(_ octet: Int?) throws -> NetworkReservation {
    if let octet {
      let network = LabNetwork(octet: UInt8(clamping: octet))
      if let reservation = attempt(network) { return reservation }
      throw LabError(
        "--network \(octet)", "127.\(octet).0.0/16 is in use, by another lab or another program",
        remedy: "choose another octet, or leave the option out for a free one")
    }
    for octet in UInt8(77)...250 {
      if let reservation = attempt(LabNetwork(octet: octet)) { return reservation }
    }
    throw LabError("--network", "no free octet between 77 and 250", remedy: "end a lab with `signalbox lab down`")
  }

  private static func attempt(_ network: LabNetwork) -> NetworkReservation? {
    let descriptor = bound(network.reservation, LabNetwork.reservationPort)
    guard descriptor >= 0 else { return nil }
    for (address, port) in network.listeners {
      let probe = bound(address, port)
      guard probe >= 0 else {
        close(descriptor)
        return nil
      }
      close(probe)
    }
    return NetworkReservation(network: network, descriptor: descriptor)
  }

  /// A listening socket, or -1. It listens because two sockets that do not may share an address under SO_REUSEADDR.
  private static func bound(_ address: String, _ port: UInt16) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return -1 }
    var on: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    inet_pton(AF_INET, address, &name.sin_addr)
    let result = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0, listen(descriptor, 1) == 0 else {
      close(descriptor)
      return -1
    }
    return descriptor
  }
}
