public import Operations

/// Probes clouds from vantages and judges their health. It feeds a pure state machine; the probes themselves, time
/// and chance are handed in.
public actor ProbingEngine {
  private let probes: [[ProbeRequest]]
  private let clouds: [ProbedCloud]
  private let vantages: [ProbeVantage]
  private let settings: ProbingSettings
  private let prober: any ProbePort
  private let clock: any Clock<Duration>
  private let wallClock: any WallClock
  private let elapsed: ElapsedTime
  private var generator: any RandomNumberGenerator & Sendable
  private var state: ProbingState
  private var drift = DriftRecorder()
  private var listeners: [Int: AsyncStream<ProbingChange>.Continuation] = [:]
  private var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
  private var listenerCount = 0

  public init(
    clouds: [ProbedCloud], vantages: [ProbeVantage], settings: ProbingSettings, prober: any ProbePort,
    clock: any Clock<Duration> = ContinuousClock(), wallClock: any WallClock,
    generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.clouds = clouds
    self.vantages = vantages
    self.settings = settings
    self.prober = prober
    self.clock = clock
    self.wallClock = wallClock
    self.generator = generator
    elapsed = ElapsedTime(clock)
    state = ProbingState(clouds: clouds.map(\.id), vantages: vantages, settings: settings, at: wallClock.now())
    probes = clouds.map { cloud in
      vantages.map { vantage in
        ProbeRequest(
          kind: cloud.kind, timeout: settings.timeout, proxy: vantage.proxy,
          certificateAuthorityFile: cloud.certificateAuthorityFile)
      }
    }
  }

  /// Probes until cancelled; once at a time.
  public func run() async {
    let begin = elapsed.now
    let count = clouds.count * vantages.count
    await withDiscardingTaskGroup { group in
      for cloud in clouds.indices {
        for vantage in vantages.indices {
          let phase = Double(cloud * vantages.count + vantage) / Double(max(1, count))
          group.addTask { await self.probe(cloud, vantage, phase: phase, since: begin) }
        }
      }
    }
  }

  private func probe(_ cloud: Int, _ vantage: Int, phase: Double, since begin: Duration) async {
    var schedule = ProbeSchedule(phase: phase, settings)
    while !Task.isCancelled {
      let wait = begin + schedule.due - elapsed.now
      if wait > .zero {
        do { try await clock.sleep(for: wait) } catch { return }
      }
      let startedAt = elapsed.now - begin
      drift.record(startedAt - schedule.due)
      let result = await prober.probe(probes[cloud][vantage])
      guard !Task.isCancelled else { return }
      take(.result(result, cloud: clouds[cloud].id, vantage: vantage))
      let isConfirming = state.clouds[clouds[cloud].id]?.trackers[vantage].isConfirming == true
      schedule.finished(
        startedAt: startedAt, endedAt: elapsed.now - begin, isConfirming: isConfirming,
        draw: Double.random(in: 0..<1, using: &generator), settings)
    }
  }

  private func take(_ event: ProbingState.Event) {
    let turns = state.turns
    for change in state.apply(event, at: wallClock.now()) {
      for listener in listeners.values { listener.yield(change) }
    }
    if state.turns != turns { for watcher in watchers.values { watcher.yield() } }
  }

  /// What is known of a cloud now; nil for one that is not probed.
  public func snapshot(of cloud: CloudID) -> CloudHealthView? {
    take(.look)
    return state.view(of: cloud, at: wallClock.now())
  }

  /// Changes of health from now on. A reader that falls far behind misses the oldest.
  public func changes() -> AsyncStream<ProbingChange> {
    listenerCount += 1
    let id = listenerCount
    let (stream, continuation) = AsyncStream.makeStream(
      of: ProbingChange.self, bufferingPolicy: .bufferingNewest(256))
    listeners[id] = continuation
    continuation.onTermination = { [weak self] _ in
      Task { await self?.forget(id) }
    }
    return stream
  }

  private func forget(_ listener: Int) { listeners[listener] = nil }

  /// How late probes have begun.
  public func scheduleDrift() -> ProbeDrift { drift.summary }
}

extension ProbingEngine: HealthSource {
  public func view(of cloud: CloudID) -> CloudHealthView? { snapshot(of: cloud) }

  public func turns() -> AsyncStream<Void> {
    listenerCount += 1
    let id = listenerCount
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    watchers[id] = continuation
    continuation.onTermination = { [weak self] _ in Task { await self?.forgetWatcher(id) } }
    return stream
  }

  private func forgetWatcher(_ id: Int) { watchers[id] = nil }

  public func observed(_ targets: TargetGroupSnapshot, of cloud: CloudID, at now: Timestamp) {
    take(.targets(targets, cloud: cloud))
  }
}
