/// A place on a network of its own, from which the clouds are probed through a SOCKS proxy.
enum Vantage: String, CaseIterable, Sendable {
  case north, south

  func address(_ network: LabNetwork) -> String { network.address(self == .north ? 4 : 5, 1) }
}
