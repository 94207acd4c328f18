import Glibc

extension Supervisor {
  /// Makes a fault. A fault that is there already stays as it is.
  func inject(_ fault: Fault) async throws {
    guard !faults.contains(fault) else { return }
    let holder = fault.description
    let cloud = fault.cloud.flatMap(LabCloud.init(rawValue:))
    switch (fault.name, cloud) {
    case (.killCloud, let cloud?):
      await holdAll(parts(of: cloud), by: holder)
      for pid in DatabaseCluster(plan: plan, cloud: cloud).processes() { kill(pid, SIGKILL) }
    case (.killDatabase, let cloud?):
      await holdDatabase(cloud, by: holder)
    case (.killInstance, let cloud?):
      try await killInstance(cloud)
      return
    case (.freezeDatabase, let cloud?):
      freeze(cloud)
    case (.slow, let cloud?):
      try await setFault("slow", 600, in: cloud)
    case (.errors, let cloud?):
      try await setFault("errors", 50, in: cloud)
    case (.flap, let cloud?):
      flaps[cloud] = Task { await self.flap(cloud) }
    case (.cutDatabaseLink, _):
      for cloud in LabCloud.allCases { try await cutLink(of: cloud) }
    case (.nameAPIDown, _):
      await part("shared/gateway")?.hold(by: holder)
    case (.nameServerDown, _):
      await part("shared/name-server")?.hold(by: holder)
    case (_, nil):
      throw LabError("fault \(fault.name.rawValue)", "it happens to one cloud", remedy: "say which: aws or azure")
    }
    faults.append(fault)
  }

  /// Takes back one fault, or all, and waits until everything is well that no other fault concerns.
  func heal(_ fault: Fault?) async throws {
    if let fault, !faults.contains(fault), fault.name != .killInstance {
      let there = faults.isEmpty ? "there is none" : "there are: \(faults.map(\.description).joined(separator: ", "))"
      throw LabError("fault \(fault)", "it is not there", remedy: there)
    }
    for fault in fault.map({ [$0] }) ?? faults { try await takeBack(fault) }
    // Whoever died of a fault without being its victim is not left waiting for its turn.
    for part in parts { try await part.startNow() }
    if faults.isEmpty { try await waitForAll() }
  }

  private func takeBack(_ fault: Fault) async throws {
    faults.removeAll { $0 == fault }
    let holder = fault.description
    guard let cloud = fault.cloud.flatMap(LabCloud.init(rawValue:)) else {
      for part in parts { try await part.release(by: holder) }
      if fault.name == .cutDatabaseLink { for cloud in LabCloud.allCases { try await joinLink(of: cloud) } }
      return
    }
    switch fault.name {
    case .freezeDatabase: thaw(cloud)
    case .slow: try await setFault("slow", 0, in: cloud)
    case .flap:
      flaps.removeValue(forKey: cloud)?.cancel()
      try await setFault("errors", errorShare(cloud), in: cloud)
    case .errors: try await setFault("errors", 0, in: cloud)
    default: break
    }
    for part in parts(of: cloud) { try await part.release(by: holder) }
  }

  private func holdAll(_ parts: [Part], by holder: String) async {
    await withTaskGroup(of: Void.self) { group in
      for part in parts { group.addTask { await part.hold(by: holder) } }
    }
  }

  private func holdDatabase(_ cloud: LabCloud, by holder: String) async {
    await part("\(cloud.rawValue)/database")?.hold(by: holder)
    // Backends follow their postmaster by themselves, but not at once, and not while stopped.
    for pid in DatabaseCluster(plan: plan, cloud: cloud).processes() { kill(pid, SIGKILL) }
  }

  private func killInstance(_ cloud: LabCloud) async throws {
    for number in (1...plan.settings.instances).reversed() {
      guard let part = part("\(cloud.rawValue)/instance-\(number)"), await part.pid != nil else { continue }
      return await part.kill()
    }
    throw LabError("kill-instance \(cloud.rawValue)", "no instance runs", remedy: "heal the lab first")
  }

  /// The postmaster first, so that it starts nobody while the others are being stopped.
  private func freeze(_ cloud: LabCloud) {
    let cluster = DatabaseCluster(plan: plan, cloud: cloud)
    var stopped: Set<pid_t> = []
    while true {
      let running = cluster.processes().sorted().filter { !stopped.contains($0) }
      if running.isEmpty { return }
      for pid in running {
        kill(pid, SIGSTOP)
        stopped.insert(pid)
      }
    }
  }

  private func thaw(_ cloud: LabCloud) {
    for pid in DatabaseCluster(plan: plan, cloud: cloud).processes() { kill(pid, SIGCONT) }
  }

  private func flap(_ cloud: LabCloud) async {
    var isFailing = true
    while !Task.isCancelled {
      try? await setFault("errors", isFailing ? 100 : errorShare(cloud), in: cloud)
      isFailing.toggle()
      try? await Task.sleep(for: .seconds(3))
    }
  }

  private func errorShare(_ cloud: LabCloud) -> Int {
    faults.contains(Fault(name: .errors, cloud: cloud.rawValue)) ? 50 : 0
  }
}
