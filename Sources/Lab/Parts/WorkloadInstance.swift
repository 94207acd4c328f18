/// One workload instance of a cloud, and its migrations.
struct WorkloadInstance: Sendable {
  let plan: LabPlan
  let cloud: LabCloud

  static let release = "v1"

  func launch(_ number: Int) -> Launch {
    var launch = plan.launch(plan.executables.workload, ["serve"], part: "\(cloud.rawValue)/instance-\(number)")
    launch.environment = environment
    launch.environment["WORKLOAD_HOST"] = plan.network.instance(cloud, number)
    launch.environment["WORKLOAD_PORT"] = String(LabNetwork.instancePort)
    return launch
  }

  /// Makes the application's tables in this cloud's database, as their owner.
  func migrate() async throws {
    var launch = plan.launch(plan.executables.workload, ["migrate"], part: "\(cloud.rawValue)/migrations")
    launch.environment = environment
    try await plan.tool.run(launch, as: "\(cloud.rawValue)/migrations")
  }

  private var environment: [String: String] { [:] }
}
