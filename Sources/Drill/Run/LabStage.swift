import DNSAdapter
public import Lab
public import Operations

/// A lab, its faults and its users.
public struct LabStage: DrillStage {
  private let lab: Lab
  private let status: LabStatus
  private let traffic: TrafficSettings
  private let hosts: any DrillHost
  private let sampler: AuthoritativeSampler

  /// - Parameter hosts: the way to the host that is tested.
  public init(_ lab: Lab, _ status: LabStatus, settings: DrillSettings, hosts: any DrillHost) {
    self.lab = lab
    self.status = status
    self.hosts = hosts
    traffic = TrafficSettings(
      users: settings.users, thinkTime: .seconds(settings.thinkSeconds), writeShare: settings.writeShare,
      timeout: .seconds(settings.timeoutSeconds), retryPause: .seconds(settings.retrySeconds))
    sampler = AuthoritativeSampler(
      name: status.dns.name, servers: ["\(status.dns.address):\(status.dns.port)"],
      addresses: status.clouds.map { (CloudID($0.id), $0.address) }, timeout: .milliseconds(500))
  }

  public func host() async throws -> any HostClient { try await hosts.client() }

  public func inject(_ fault: Fault) async throws { _ = try await lab.inject(fault) }

  public func heal() async throws { _ = try await lab.heal(nil) }

  public func killHost() async throws { try await hosts.kill() }

  public func startHost() async throws { try await hosts.start() }

  public func sendUsers(log: VisitLog, rows: RowNumbers) async throws {
    await (try LabTraffic(traffic, target: TrafficTarget(status), log: log, rows: rows)).run()
  }

  public func answers(_ count: Int) async -> AnswerSample { await sampler.sample(count) }

  public func presentRows(_ rows: RowNumbers, in cloud: CloudID) async throws -> [Int: Int] {
    try await database(cloud).presentRows(rows)
  }

  public func removeRows(_ rows: RowNumbers, in cloud: CloudID) async throws {
    try await database(cloud).removeRows(rows)
  }

  public func digests(of cloud: CloudID) async throws -> [TableDigest] { try await database(cloud).digests() }

  private func database(_ cloud: CloudID) throws -> DatabaseLook {
    guard let found = status.clouds.first(where: { $0.id == cloud.rawValue }) else {
      throw LabError("cloud \(cloud)", "it is none of the lab's")
    }
    return DatabaseLook(found, certificateAuthority: status.certificateAuthority)
  }
}
