/// Faults that happen inside a running load balancer.
extension Supervisor {
  /// Sets an entry of the load balancer's fault map, in the file too, so that it holds after a restart.
  func setFault(_ key: String, _ value: Int, in cloud: LabCloud) async throws {
    let map = BalancerConfiguration(plan: plan).faultMap(cloud)
    var lines = try Files.read(map).split(separator: "\n").map(String.init)
    lines.removeAll { $0.hasPrefix(key + " ") }
    try Files.write((lines + ["\(key) \(value)", ""]).joined(separator: "\n"), to: map)
    try await command("set map \(map) \(key) \(value)", to: cloud)
  }

  /// New connections to the other cloud's database are refused, and those that stand are closed.
  func cutLink(of cloud: LabCloud) async throws {
    try await setFault("link", 1, in: cloud)
    try await command("shutdown sessions server link/database", to: cloud)
  }

  func joinLink(of cloud: LabCloud) async throws {
    try await setFault("link", 0, in: cloud)
  }

  /// A load balancer that a fault holds down has nothing to be told: it reads the map when it starts.
  private func command(_ text: String, to cloud: LabCloud) async throws {
    let name = "\(cloud.rawValue)/load-balancer"
    guard let part = part(name), await !part.isHeld else { return }
    let answer = try await RuntimeAPI(path: plan.directory.runtimeAPI(name)).send(text)
    guard answer.isEmpty else { throw LabError(name, "HAProxy refused `\(text)`: \(answer)") }
  }
}
