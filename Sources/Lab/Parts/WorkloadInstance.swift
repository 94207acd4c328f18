/// The workload in one cloud: its instances, and its migrations.
struct WorkloadInstance: Sendable {
  let plan: LabPlan
  let cloud: LabCloud

  static let release = "v1"

  func launch(_ number: Int) -> Launch {
    var launch = plan.launch(plan.executables.workload, ["serve"], part: "\(cloud.rawValue)/instance-\(number)")
    let own = "\(plan.network.database(cloud)):\(LabNetwork.databasePort)"
    let other = "\(plan.network.link(cloud)):\(LabNetwork.databasePort)"
    launch.environment = database(hosts: "\(own),\(other)", user: "app", password: .application)
    launch.environment["WORKLOAD_DATABASE_READ_HOST"] = own
    launch.environment["WORKLOAD_DATABASE_CONNECTIONS"] = String(connections)
    launch.environment["WORKLOAD_LISTEN"] = "\(plan.network.instance(cloud, number)):\(LabNetwork.instancePort)"
    launch.environment["WORKLOAD_RELEASE"] = Self.release
    launch.environment["WORKLOAD_CLOUD"] = cloud.rawValue
    return launch
  }

  /// Makes the application's tables in this cloud's database, as their owner.
  func migrate() async throws {
    var launch = plan.launch(plan.executables.workload, ["migrate"], part: "\(cloud.rawValue)/migrations")
    launch.environment = database(
      hosts: "\(plan.network.database(cloud)):\(LabNetwork.databasePort)", user: "app_owner", password: .owner)
    try await plan.tool.run(launch, as: "\(cloud.rawValue)/migrations")
  }

  private func database(hosts: String, user: String, password: LabSecrets.Name) -> [String: String] {
    [
      "WORKLOAD_DATABASE_WRITE_HOSTS": hosts, "WORKLOAD_DATABASE_NAME": LabPlan.databaseName,
      "WORKLOAD_DATABASE_USER": user,
      "WORKLOAD_DATABASE_PASSWORD_FILE": plan.directory.secret(password.rawValue),
      "WORKLOAD_DATABASE_ROOT_CERTIFICATE": plan.directory.authority,
    ]
  }

  /// Of each of an instance's three pools. The primary has one of every instance in both clouds and the reading one of its
  /// own cloud's; while the other database is down, one more of that cloud's. Some sessions of its 200 are left to the
  /// operator and to replication.
  private var connections: Int { max(1, min(6, 160 / (4 * plan.settings.instances))) }
}
