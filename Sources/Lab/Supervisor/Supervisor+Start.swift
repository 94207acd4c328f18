import Glibc

extension Supervisor {
  /// Brings everything up, from an empty directory to all healthy.
  ///
  /// - Throws: ``LabError`` naming the part that did not come up.
  func start(progress: @escaping @Sendable (String) -> Void) async throws {
    let clusters = LabCloud.allCases.map { DatabaseCluster(plan: plan, cloud: $0) }
    let authority = Authority(plan: plan)
    let names = NameServerConfiguration(plan: plan)
    for folder in LabCloud.allCases.map(plan.directory.cloud) + [plan.directory.shared] {
      try Files.makeFolder(folder, mode: 0o711)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for cluster in clusters { group.addTask { try await cluster.initialise() } }
      group.addTask { try await authority.make() }
      group.addTask { try await names.write() }
      try await group.waitForAll()
    }
    try writeBalancers(authority)
    for cluster in clusters {
      try cluster.installCertificate(authority)
      try await addDatabase(cluster)
    }
    progress("two database clusters are made, the lab has its authority")
    try await addBalancersAndNames(names)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for cluster in clusters { group.addTask { try await self.prepare(cluster) } }
      try await group.waitForAll()
    }
    progress("the application's tables are in both databases")
    for cloud in LabCloud.allCases { try await addInstances(cloud) }
    try await replicate(from: clusters[0], to: clusters[1])
    try Files.write(ConfigurationFile(plan: plan).text(), to: plan.directory.configuration)
    progress("\(plan.settings.instances) instances start in each cloud")
    try await waitForAll(progress: progress)
  }

  private func writeBalancers(_ authority: Authority) throws {
    let configuration = BalancerConfiguration(plan: plan)
    for cloud in LabCloud.allCases {
      try Files.write(BalancerConfiguration.delay, to: configuration.delayScript(cloud))
      try Files.write("slow 0\nerrors 0\nlink 0\n", to: configuration.faultMap(cloud))
      try Files.write(configuration.cloud(cloud), to: plan.directory.cloud(cloud) + "/haproxy.cfg")
    }
    try Files.write(configuration.gateway(), to: plan.directory.shared + "/haproxy.cfg")
    for name in LabCloud.allCases.map(\.rawValue) + ["shared"] {
      let pair = try authority.certificate(name)
      try Files.write(pair.certificate + pair.key, to: configuration.certificate(name))
    }
  }

  private func addDatabase(_ cluster: DatabaseCluster) async throws {
    try await add(cluster.part) { cluster.launch }
  }

  private func addBalancersAndNames(_ names: NameServerConfiguration) async throws {
    let plan = plan
    let configurations = LabCloud.allCases.map { ($0.rawValue + "/load-balancer", plan.directory.cloud($0)) }
    for (name, folder) in configurations + [("shared/gateway", plan.directory.shared)] {
      try await add(name) { plan.launch(plan.executables.haproxy, ["-db", "-f", folder + "/haproxy.cfg"], part: name) }
    }
    for (name, folder) in [("shared/name-server", names.serverFolder), ("shared/name-api", names.apiFolder)] {
      try await add(name) { plan.launch(plan.executables.nameServer, ["--config-dir=\(folder)"], part: name) }
    }
    for vantage in Vantage.allCases {
      let part = "vantage/\(vantage.rawValue)"
      try SocksServer(address: vantage.address(plan.network), port: LabNetwork.proxyPort, part: part).start()
    }
  }

  /// Roles, schema and tables.
  private nonisolated func prepare(_ cluster: DatabaseCluster) async throws {
    try await readiness.wait(for: cluster.part) { await self.readiness.database(cluster) }
    let scripts = DatabaseScripts(plan: plan, cloud: cluster.cloud)
    try await cluster.run(scripts.roles(), database: "postgres")
    try await cluster.run(scripts.schema())
    try await WorkloadInstance(plan: plan, cloud: cluster.cloud).migrate()
  }

  /// A scaling group takes some seconds to notice that an instance is gone and to launch another.
  private func addInstances(_ cloud: LabCloud) async throws {
    let instance = WorkloadInstance(plan: plan, cloud: cloud)
    for number in 1...plan.settings.instances {
      let backoff = Backoff(first: .seconds(4), longest: .seconds(16))
      try await add("\(cloud.rawValue)/instance-\(number)", backoff: backoff) { instance.launch(number) }
    }
  }

  private func replicate(from primary: DatabaseCluster, to secondary: DatabaseCluster) async throws {
    try await primary.run(DatabaseScripts.heartbeat)
    try await secondary.run(DatabaseScripts.fence)
    // A host of Signalbox carries the changes: it finds its link in the configuration.
    guard plan.settings.replication == .native else { return }
    try await primary.run(DatabaseScripts(plan: plan, cloud: primary.cloud).publication())
    try await secondary.run(DatabaseScripts(plan: plan, cloud: secondary.cloud).subscription())
  }

  /// Once the control socket serves: users ask there where the lab is.
  func addUsers() async throws {
    guard plan.settings.users > 0 else { return }
    let plan = plan
    try await add("users") {
      plan.launch(
        plan.executables.signalbox,
        ["lab", "traffic", "--directory", plan.directory.path, "--users", String(plan.settings.users), "--endless"],
        part: "users")
    }
  }

  /// Everything that is not held down by a fault serves.
  func waitForAll(progress: @escaping @Sendable (String) -> Void = { _ in }) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for cloud in LabCloud.allCases {
        group.addTask {
          try await self.readiness.wait(for: "\(cloud.rawValue)/load-balancer") { await self.readiness.balancer(cloud) }
          progress("\(cloud.rawValue) serves")
        }
      }
      group.addTask {
        try await self.readiness.wait(for: "shared/name-api") { await self.readiness.nameAPI() }
        try await self.readiness.wait(for: "shared/name-server") { await self.readiness.names() }
        progress("DNS and its API answer")
      }
      let clusters = LabCloud.allCases.map { DatabaseCluster(plan: plan, cloud: $0) }
      for cluster in clusters {
        group.addTask {
          try await self.readiness.wait(for: cluster.part) { await self.readiness.database(cluster) }
        }
      }
      let isNative = plan.settings.replication == .native
      group.addTask {
        guard isNative else { return }
        try await self.readiness.wait(for: "azure/database") {
          await self.readiness.replication(primary: clusters[0], secondary: clusters[1])
        }
        progress("the secondary has all that the primary has")
      }
      try await group.waitForAll()
    }
  }
}
