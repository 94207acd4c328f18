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

  /// Sockets that listen, not only bound ones: two that do not listen may share an address under SO_REUSEADDR.
  private static func attempt(_ network: LabNetwork) -> NetworkReservation? {
    let descriptor = InternetSocket.listener(network.reservation, LabNetwork.reservationPort, backlog: 1)
    guard descriptor >= 0 else { return nil }
    for (address, port) in network.listeners {
      let probe = InternetSocket.listener(address, port, backlog: 1)
      guard probe >= 0 else {
        close(descriptor)
        return nil
      }
      close(probe)
    }
    return NetworkReservation(network: network, descriptor: descriptor)
  }
}
