import FailoverEngine
import Operations

extension Host {
  /// One task for each thing observed: a hung peer delays its own observation and nothing else.
  func startObserving() {
    let health = parts.health
    adopt(Task { await health.run() })
    adopt(
      Task { [weak self] in
        // How soon an outage is known counts in tenths of a second; the next tick may be a whole one away.
        for await _ in await health.turns() { await self?.publish() }
      })
    if let keeper = failover?.keeper { adopt(Task { await keeper.run() }) }
    repeating(every: settings.recordSetInterval) { await $0.observeRecordSet() }
    repeating(every: settings.observationInterval) { await $0.observeAnswers() }
    repeating(every: .seconds(5)) { await $0.checkJournal() }
    for cloud in parts.clouds {
      if let balancer = cloud.balancer {
        repeating(every: settings.observationInterval) { await $0.observe(balancer, of: cloud.id) }
      }
      if let database = cloud.database {
        repeating(every: settings.observationInterval) { await $0.observe(database, of: cloud) }
      }
      if let release = cloud.release {
        repeating(every: .seconds(5)) { await $0.observe(release, of: cloud.id) }
      }
    }
    repeating(every: settings.observationInterval) { await $0.publish() }
  }

  private func repeating(every interval: Duration, _ body: @escaping @Sendable (Host) async -> Void) {
    let clock = parts.clock
    adopt(
      Task { [weak self] in
        while !Task.isCancelled {
          guard let self else { return }
          await body(self)
          try? await clock.sleep(for: interval)
        }
      })
  }

  /// A lever that is asked for right after a change is planned from what stands now, and not from the last look.
  func lookAtRecordSetAfterChange() async {
    if await world.hasChangedRecordSetUnseen { await observeRecordSet() }
  }

  private func observeRecordSet() async {
    do {
      // What was on its way before a change tells of what was before it.
      let asked = parts.wallClock.now()
      let state = try await parts.recordSet.read()
      await world.took(state, from: parts.recordSet.name, at: asked)
      await world.fault(nil, of: parts.recordSet.name, at: parts.wallClock.now())
    } catch is CancellationError {
      return
    } catch {
      await world.fault("\(error)", of: parts.recordSet.name, at: parts.wallClock.now())
    }
  }

  private func observeAnswers() async {
    let sample = await parts.sampler.sample(20)
    guard !Task.isCancelled else { return }
    await world.took(sample, at: parts.wallClock.now())
  }

  private func checkJournal() async {
    do {
      try await parts.journal.checkWritable()
      await world.setJournalFault(nil, at: parts.wallClock.now())
    } catch is CancellationError {
      return
    } catch {
      await world.setJournalFault("\(error)", at: parts.wallClock.now())
    }
  }

  private func observe(_ balancer: any LoadBalancerObserver, of cloud: CloudID) async {
    do {
      let targets = try await balancer.observe()
      let now = parts.wallClock.now()
      await world.took(targets, of: cloud, from: balancer.name, at: now)
      await parts.health.observed(targets, of: cloud, at: now)
      await world.fault(nil, of: balancer.name, at: now)
    } catch is CancellationError {
      return
    } catch {
      await world.lost(targetsOf: cloud)
      await world.fault("\(error)", of: balancer.name, at: parts.wallClock.now())
    }
  }

  private func observe(_ database: any DatabaseObserver, of cloud: HostParts.CloudParts) async {
    do {
      let seen = try await database.observe()
      let now = parts.wallClock.now()
      await world.took(seen, of: cloud.id, from: database.name, at: now)
      await world.fault(nil, of: database.name, at: now)
      // Only the lease's holder writes, and only where writes belong.
      if lease?.stands == true, seen.database.role == .primary, seen.database.writable {
        try await cloud.heartbeat?.beat()
      }
    } catch is CancellationError {
      return
    } catch {
      await world.lost(databaseOf: cloud.id, at: parts.wallClock.now())
      await world.fault("\(error)", of: database.name, at: parts.wallClock.now())
    }
  }

  private func observe(_ release: any ReleaseObserver, of cloud: CloudID) async {
    // A cloud that does not tell its release is told by its health; here the last one merely grows old.
    if let name = try? await release.release() {
      await world.took(name, of: cloud, at: parts.wallClock.now())
    }
  }
}
