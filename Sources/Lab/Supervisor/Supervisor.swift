import HTTPAdapter
import Operations

/// Owns every process of one lab, for as long as the lab lives.
actor Supervisor {
  let plan: LabPlan
  let readiness: Readiness
  /// In the order in which they are started; they end in the reverse order.
  var parts: [Part] = []
  var faults: [Fault] = []
  var flaps: [LabCloud: Task<Void, Never>] = [:]
  /// Faults are made and healed one at a time.
  var turn: Task<Void, Never>?
  var startSeconds = 0.0
  private let say: @Sendable (String) -> Void

  init(plan: LabPlan, say: @escaping @Sendable (String) -> Void) throws {
    self.plan = plan
    self.say = say
    readiness = try Readiness(plan: plan)
  }

  func part(_ name: String) -> Part? { parts.first { $0.name == name } }

  func parts(of cloud: LabCloud) -> [Part] { parts.filter { $0.name.hasPrefix(cloud.rawValue + "/") } }

  func add(
    _ name: String, backoff: Backoff = Backoff(first: .milliseconds(200), longest: .seconds(10)),
    launch: @escaping @Sendable () throws -> Launch
  ) async throws {
    let say = say
    let watch = readiness.watch
    let log = plan.directory.log(name)
    let part = Part(
      name, setpriv: plan.executables.setpriv, backoff: backoff, report: { say($0) },
      died: { watch.died(name, $0, log: log) }, launch: launch)
    parts.append(part)
    try await part.start()
  }

  func status() async -> LabStatus {
    var clouds: [LabStatus.Cloud] = []
    for cloud in LabCloud.allCases { clouds.append(await status(of: cloud)) }
    let directory = plan.directory
    return LabStatus(
      directory: directory.path, configuration: directory.configuration, certificateAuthority: directory.authority,
      network: Int(plan.network.octet),
      dns: .init(
        address: plan.network.nameServer, port: Int(LabNetwork.namePort), name: LabPlan.recordName,
        apiURL: plan.network.apiURL, apiKeyFile: directory.secret(LabSecrets.Name.nameAPIKey.rawValue),
        zone: LabPlan.zone),
      clouds: clouds, faults: faults, supervisor: .init(pid: Int(ownPID())), users: plan.settings.users,
      startSeconds: startSeconds)
  }

  private func status(of cloud: LabCloud) async -> LabStatus.Cloud {
    let network = plan.network
    var instances: [LabStatus.Instance] = []
    for number in 1...plan.settings.instances {
      let url = "http://\(network.instance(cloud, number)):\(LabNetwork.instancePort)"
      instances.append(
        .init(id: "instance-\(number)", url: url, pid: await pid("\(cloud.rawValue)/instance-\(number)")))
    }
    return LabStatus.Cloud(
      id: cloud.rawValue, url: network.url(cloud), address: network.balancer(cloud),
      statisticsURL: "https://\(network.balancer(cloud)):\(LabNetwork.statisticsPort)/;csv", instances: instances,
      database: .init(
        host: network.database(cloud), port: Int(LabNetwork.databasePort), name: LabPlan.databaseName, user: "app",
        passwordFile: plan.directory.secret(LabSecrets.Name.application.rawValue),
        pid: await pid("\(cloud.rawValue)/database")),
      operator: .init(
        user: "signalbox", passwordFile: plan.directory.secret(LabSecrets.Name.operator.rawValue)),
      linkAddress: network.link(cloud))
  }

  private func pid(_ name: String) async -> Int? { await part(name)?.pid.map(Int.init) }
}
