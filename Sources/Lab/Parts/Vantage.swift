/// A SOCKS proxy on a network of its own, from which the clouds are probed.
enum Vantage: String, CaseIterable, Sendable {
  case north, south

  func address(_ network: LabNetwork) -> String { network.address(self == .north ? 4 : 5, 1) }

  /// Outgoing connections leave from the vantage's own address too, so that a cloud could tell them apart.
  func launch(_ plan: LabPlan) -> Launch {
    let address = address(plan.network)
    return plan.launch(
      plan.executables.microsocks, ["-i", address, "-p", String(LabNetwork.proxyPort), "-b", address],
      part: "vantage/\(rawValue)")
  }
}
