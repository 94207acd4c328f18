import Glibc

extension Supervisor {
  /// Ends everything in order: users, instances, load balancers and names, then the databases.
  func stop() async {
    for flap in flaps.values { flap.cancel() }
    flaps = [:]
    let databases = parts.filter { $0.name.hasSuffix("/database") }
    let others = parts.filter { !$0.name.hasSuffix("/database") }
    // A stopped backend would keep its postmaster from ending.
    for cloud in LabCloud.allCases {
      for pid in DatabaseCluster(plan: plan, cloud: cloud).processes() { kill(pid, SIGCONT) }
    }
    await end(others, SIGTERM, grace: .seconds(2))
    // SIGINT is PostgreSQL's fast shutdown; SIGQUIT would skip the checkpoint, but leave its shared memory alone.
    await end(databases, SIGINT, grace: .seconds(5))
    LabRemains(directory: plan.directory).kill()
  }

  private func end(_ parts: [Part], _ signal: Int32, grace: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      for part in parts { group.addTask { await part.end(signal, grace: grace) } }
    }
  }
}
