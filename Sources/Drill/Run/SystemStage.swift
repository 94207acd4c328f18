import DNSAdapter
public import Lab
public import Operations

/// A real system: it is looked at, its levers are pulled, and nothing else. Nothing is broken, no users are sent, and its
/// databases are not read.
public struct SystemStage: DrillStage {
  private let hosts: any DrillHost
  private let sampler: AuthoritativeSampler

  /// - Parameters:
  ///   - name: the weighted name.
  ///   - servers: authoritative, `address:port`.
  ///   - addresses: what the record set answers for each cloud.
  public init(
    name: String, servers: [String], addresses: [(cloud: CloudID, address: String)], hosts: any DrillHost
  ) {
    self.hosts = hosts
    sampler = AuthoritativeSampler(name: name, servers: servers, addresses: addresses)
  }

  private static func refusal(_ what: String) -> LabError {
    LabError(what, "it is done in a lab alone", remedy: "signalbox lab up starts one")
  }

  public func host() async throws -> any HostClient { try await hosts.client() }

  public func inject(_ fault: Fault) async throws { throw Self.refusal("fault \(fault)") }

  public func heal() async throws {}

  public func killHost() async throws { throw Self.refusal("killing the host") }

  public func startHost() async throws { throw Self.refusal("starting the host") }

  public func sendUsers(log: VisitLog, rows: RowNumbers) async throws { throw Self.refusal("sending users") }

  /// Real name servers are asked less: a few answers at a time are enough to see a cloud leave.
  public func answers(_ count: Int) async -> AnswerSample { await sampler.sample(min(count, 4)) }

  public func presentRows(_ rows: RowNumbers, in cloud: CloudID) async throws -> [Int: Int] {
    throw Self.refusal("looking for rows")
  }

  public func removeRows(_ rows: RowNumbers, in cloud: CloudID) async throws {
    throw Self.refusal("removing rows")
  }

  public func digests(of cloud: CloudID) async throws -> [TableDigest] { throw Self.refusal("comparing databases") }
}
