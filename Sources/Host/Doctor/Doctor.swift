import DNSAdapter
import HTTPAdapter
import JournalAdapter
import LocalCloud
import Operations

/// Tries all that a configuration refers to, each on its own, and says what to do about what fails. It changes
/// nothing but a heartbeat.
public struct Doctor: Sendable {
  let configuration: Configuration
  let builder: PartsBuilder
  private let prober: any ProbePort

  /// - Throws: ``HostError/failed(_:)`` when this machine has no descriptor or thread left.
  public init(configuration: Configuration) throws {
    self.configuration = configuration
    do {
      let http = try HTTPClient()
      builder = PartsBuilder(configuration: configuration, http: http)
      prober = HTTPProber(client: http)
    } catch {
      throw HostError.failed("\(error)")
    }
  }

  /// Every finding, in the order of the configuration.
  public func examine() async -> [Finding] {
    var findings = [
      Finding(
        subject: "configuration", state: .fine,
        detail: "\(configuration.file): \(configuration.clouds.count) clouds, \(configuration.vantages.count) vantages")
    ]
    findings += await local()
    findings += await lease()
    findings += await dns()
    for cloud in configuration.clouds { findings += await examine(cloud) }
    return findings
  }

  private func local() async -> [Finding] {
    let journal = await check("journal", remedy: "make its directory writable, with space left") {
      let journal = try builder.journal()
      try await journal.checkWritable()
      return "\(configuration.journal) takes entries"
    }
    let served = await RemoteHostClient.isServed(configuration.controlSocket)
    let socket = Finding(
      subject: "control socket", state: .fine,
      detail: served ? "a host serves \(configuration.controlSocket)" : "no host runs; consoles start their own")
    return [journal, socket]
  }

  private func dns() async -> [Finding] {
    let provider = await check("DNS provider", remedy: "check url, zone and api-key under record-set.powerdns") {
      let state = try await builder.recordSet().read()
      return "\(configuration.recordSet.name) stands at \(state.weights), generation \(state.generation)"
    }
    let sample = await builder.sampler().sample(20)
    let servers = sample.servers.map { server in
      Finding(
        subject: "DNS server \(server.address)", state: server.answering ? .fine : .fault,
        detail: server.answering ? "answers" : server.reason,
        remedy: server.answering ? "" : "check record-set.servers, and that UDP and TCP reach it")
    }
    let foreign = Finding(
      subject: "DNS answers", state: .fault, detail: "some carry an address that is no cloud's",
      remedy: "give each cloud's address as the record set answers it")
    return [provider] + servers + (sample.foreignCount > 0 ? [foreign] : [])
  }

  private func examine(_ cloud: Configuration.Cloud) async -> [Finding] {
    var findings: [Finding] = []
    for vantage in configuration.vantages { findings.append(await probe(cloud, from: vantage)) }
    findings.append(
      await check("\(cloud.id) load balancer", remedy: "check url, backend, user and password under load-balancer") {
        guard let seen = try await builder.balancer(of: cloud)?.observe() else { return "not configured" }
        return "\(seen.healthyCount)/\(seen.targets.count) targets healthy"
      })
    findings += await database(of: cloud)
    findings.append(
      await check("\(cloud.id) release", failing: .warning, remedy: "let /ready answer JSON with a field release") {
        try await builder.release(of: cloud).release()
      })
    if cloud.capacityPerTarget == nil {
      findings.append(
        Finding(
          subject: "\(cloud.id) capacity", state: .warning, detail: "not known: the capacity interlock cannot judge",
          remedy: "set capacity-per-target from a load test"))
    }
    return findings
  }

  private func probe(_ cloud: Configuration.Cloud, from vantage: Configuration.Vantage) async -> Finding {
    let subject = "\(cloud.id) from \(vantage.id)"
    let result = await prober.probe(builder.probe(of: cloud, from: vantage))
    let time = result.timing.map { " in \(Int($0.totalMilliseconds.rounded())) ms" } ?? ""
    switch result.outcome {
    case .success(let status):
      return Finding(subject: subject, state: .fine, detail: "\(status.map(String.init) ?? "connected")\(time)")
    case .rejected(let reason):
      return Finding(
        subject: subject, state: .fault, detail: "\(reason)\(time)",
        remedy: "see why the application refuses \(configuration.probing.path), or check probing.path")
    case .unreachable(let reason):
      return Finding(
        subject: subject, state: .fault, detail: reason, remedy: "check the cloud's url and certificate-authority")
    case .inconclusive(let reason):
      return Finding(subject: subject, state: .fault, detail: reason, remedy: "check the vantage's proxy")
    }
  }

  private func database(of cloud: Configuration.Cloud) async -> [Finding] {
    let subject = "\(cloud.id) database"
    do {
      guard let database = try await builder.database(of: cloud) else { return [] }
      let seen = try await database.observe()
      let detail = "\(seen.database.role.rawValue), PostgreSQL \(seen.database.version)"
      var findings = [Finding(subject: subject, state: .fine, detail: detail)]
      if seen.database.writable {
        findings.append(
          await check(
            "\(cloud.id) heartbeat",
            remedy:
              "as its owner: CREATE TABLE signalbox.heartbeat (id int PRIMARY KEY, beaten_at timestamptz NOT NULL);"
              + " GRANT INSERT, UPDATE, SELECT ON signalbox.heartbeat TO the operator role"
          ) {
            try await database.beat()
            return "written"
          })
      }
      await database.close()
      return findings
    } catch {
      let remedy = "check host, port, user, password and certificate-authority under database, and pg_hba.conf"
      return [Finding(subject: subject, state: .fault, detail: "\(error)", remedy: remedy)]
    }
  }

  func check(
    _ subject: String, failing: Finding.State = .fault, remedy: String, _ body: () async throws -> String
  ) async -> Finding {
    do {
      return Finding(subject: subject, state: .fine, detail: try await body())
    } catch {
      return Finding(subject: subject, state: failing, detail: "\(error)", remedy: remedy)
    }
  }
}
