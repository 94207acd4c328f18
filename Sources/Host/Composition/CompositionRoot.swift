import FailoverEngine
import HTTPAdapter
import Operations
import PostgresReplication
import ProbingEngine

/// Joins adapters and engines to a host, as the configuration asks.
public enum CompositionRoot {
  /// A host that is ready to be started.
  ///
  /// - Parameter holder: who takes the lease: `kit@ops1 pid 4242`.
  /// - Throws: ``HostError/failed(_:)`` when a secret cannot be fetched, the journal cannot be opened, or this machine
  ///   has no descriptor or thread left. A cloud that does not answer is no error.
  public static func host(for configuration: Configuration, holder: String) async throws -> Host {
    let parts: HostParts
    do {
      parts = try await self.parts(for: configuration, holder: holder)
    } catch let error as HostError {
      throw error
    } catch {
      throw HostError.failed("\(error)")
    }
    let weights = WeightsSettings(
      minimumInterval: configuration.interlocks.minimumInterval, headroom: configuration.interlocks.headroom)
    var settings = HostSettings(
      service: configuration.service, recordSetName: configuration.recordSet.name, ttl: configuration.recordSet.ttl,
      automation: configuration.automation, weights: weights, holder: holder)
    settings.sync = LinkBuilder.syncSettings(of: configuration)
    settings.failover = configuration.failover.map { failover in
      var plans = FailoverPlanSettings(
        policy: failover.policy, headroom: configuration.interlocks.headroom,
        minimumInterval: configuration.interlocks.minimumInterval)
      plans.roleInterval = failover.roleInterval
      plans.residualShare = failover.residualShare
      return (failover.policy, plans)
    }
    return Host(settings: settings, parts: parts)
  }

  private static func parts(for configuration: Configuration, holder: String) async throws -> HostParts {
    let http = try HTTPClient()
    let builder = PartsBuilder(configuration: configuration, http: http)
    var clouds: [HostParts.CloudParts] = []
    for cloud in configuration.clouds {
      let database = try await builder.database(of: cloud)
      clouds.append(
        HostParts.CloudParts(
          id: cloud.id, region: cloud.region, capacityPerTarget: cloud.capacityPerTarget,
          balancer: try await builder.balancer(of: cloud), database: database, heartbeat: database,
          release: builder.release(of: cloud)))
    }
    let journal = try builder.journal()
    let replication = try await LinkBuilder(configuration: configuration, parts: builder).engine(
      journal: journal, clock: ContinuousClock(), wallClock: SystemWallClock()
    ) { LinkPorts.make($0) }
    var parts = HostParts(
      journal: journal, lease: try await builder.lease(), recordSet: try await builder.recordSet(),
      sampler: builder.sampler(), health: health(configuration, builder, http), clouds: clouds,
      wallClock: SystemWallClock(), clock: ContinuousClock(), replication: replication)
    if configuration.failover != nil {
      parts.divergence = try await LinkBuilder(configuration: configuration, parts: builder).divergence()
      // A database knows its controller by this at one generation: it must be the same after a restart.
      let person = holder.split(separator: " ").first.map(String.init) ?? holder
      let actor = "\(person) \(configuration.journal)"
      for cloud in configuration.clouds { parts.roles[cloud.id] = try await builder.role(of: cloud, actor: actor) }
    }
    return parts
  }

  private static func health(
    _ configuration: Configuration, _ builder: PartsBuilder, _ http: HTTPClient
  ) -> ProbingEngine {
    let probing = configuration.probing
    var settings = ProbingSettings()
    settings.interval = probing.interval
    settings.jitter = probing.jitter
    settings.timeout = probing.timeout
    settings.failureThreshold = probing.failures
    settings.successThreshold = probing.successes
    settings.quorumVantages = probing.quorumVantages
    settings.quorumNetworks = probing.quorumNetworks
    settings.degradedLatency = probing.degradedLatency
    settings.window = probing.latencyWindow
    return ProbingEngine(
      clouds: configuration.clouds.map { cloud in
        ProbedCloud(
          id: cloud.id, kind: builder.probeKind(of: cloud), certificateAuthorityFile: cloud.certificateAuthority)
      },
      vantages: configuration.vantages.map { ProbeVantage(id: $0.id, network: $0.network, proxy: $0.proxy) },
      settings: settings, prober: HTTPProber(client: http), wallClock: SystemWallClock())
  }
}
