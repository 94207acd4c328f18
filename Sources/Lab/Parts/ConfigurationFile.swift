/// The configuration of Signalbox for a lab: the same kind a real deployment has.
struct ConfigurationFile: Sendable {
  let plan: LabPlan

  private var directory: LabDirectory { plan.directory }
  private var network: LabNetwork { plan.network }

  func text() -> String {
    """
    # Signalbox for the lab at \(directory.path), made by `signalbox lab up`.
    service: \(LabPlan.recordName)
    control-socket: \(directory.hostControl)
    journal: \(directory.journal)
    automation: \(plan.settings.automation.rawValue)
    record-set:
      name: \(LabPlan.recordName)
      ttl: \(plan.settings.ttlSeconds)s
      servers: ["\(network.nameServer):\(LabNetwork.namePort)"]
      powerdns:
        url: \(network.apiURL)
        zone: \(LabPlan.zone)
        api-key: {file: \(directory.secret(LabSecrets.Name.nameAPIKey.rawValue))}
        certificate-authority: \(directory.authority)
    probing:
      interval: 1s
      timeout: 600ms
      failures: 3
      successes: 2
      quorum: {vantages: 2, networks: 2}
      degraded-latency: 500ms
    vantages:
      - {id: direct, network: host}
    \(vantages)
    clouds:
    \(LabCloud.allCases.map(cloud).joined(separator: "\n"))
    interlocks:
      minimum-interval: 10s
    \(replication)
    \(failover)

    """
  }

  /// Short times, so that a drill is soon over: with probes of a second, a cloud that dies is down after three.
  private var failover: String {
    let fencing =
      switch plan.settings.fencing {
      case .proof: "fencing: {policy: proof}"
      // One machine, one clock: the margin need cover no more than how long it takes to read it.
      case .lease: "fencing: {policy: lease, lease: 1700ms, renewal: 400ms, margin: 100ms}"
      }
    return """
      failover:
        countdown: 0s
        rpo: 10s
        role-interval: 10s
        \(fencing)
      """
  }

  /// One way, from the primary. The host reaches both databases itself: the link between the clouds may be cut.
  private var replication: String {
    switch plan.settings.replication {
    case .native: "# replication: PostgreSQL's own subscription, set up by the lab"
    case .stream:
      """
      replication:
        - id: aws-azure
          mode: stream
          source: aws
          target: azure
          # Each cloud's release makes its own tables.
          exclude: ["public.*migration*"]
      """
    }
  }

  private var vantages: String {
    Vantage.allCases.map {
      "  - {id: \($0.rawValue), network: \($0.rawValue), proxy: \"socks5h://\($0.address(network)):\(LabNetwork.proxyPort)\"}"
    }.joined(separator: "\n")
  }

  private func cloud(_ cloud: LabCloud) -> String {
    """
      - id: \(cloud.rawValue)
        region: \(cloud.region)
        address: \(network.balancer(cloud))
        url: \(network.url(cloud))
        certificate-authority: \(directory.authority)
        capacity-per-target: 150
        load-balancer:
          haproxy:
            url: "https://\(network.balancer(cloud)):\(LabNetwork.statisticsPort)/;csv"
            backend: workload
            user: stats
            password: {file: \(directory.secret(LabSecrets.Name.balancerStatistics.rawValue))}
        database:
          host: \(network.database(cloud))
          port: \(LabNetwork.databasePort)
          name: \(LabPlan.databaseName)
          user: signalbox
          password: {file: \(directory.secret(LabSecrets.Name.operator.rawValue))}
          application-role: app
          certificate-authority: \(directory.authority)
    """
  }
}
