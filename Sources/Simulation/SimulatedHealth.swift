public import Operations
import Synchronization

/// Verdicts as a test sets them.
public final class SimulatedHealth: HealthSource {
  private let verdicts: Mutex<[CloudID: HealthVerdict]>
  private let watchers = Mutex<[AsyncStream<Void>.Continuation]>([])
  private let clock: any WallClock

  public init(_ clouds: [CloudID], clock: any WallClock) {
    let now = clock.now()
    self.clock = clock
    verdicts = Mutex(
      Dictionary(
        uniqueKeysWithValues: clouds.map { ($0, HealthVerdict(health: .healthy, reasons: [], since: now)) }))
  }

  public func set(_ health: Health, _ reasons: [String], of cloud: CloudID) {
    let now = clock.now()
    verdicts.withLock { $0[cloud] = HealthVerdict(health: health, reasons: reasons, since: now) }
    for watcher in watchers.withLock({ $0 }) { watcher.yield() }
  }

  public func run() async {
    // Verdicts come from the test; there is nothing to probe.
  }

  public func view(of cloud: CloudID) async -> CloudHealthView? {
    let now = clock.now()
    return verdicts.withLock { verdicts in
      verdicts[cloud].map {
        CloudHealthView(
          verdict: Observation($0, source: "simulation", observedAt: now, staleAfter: .seconds(5)))
      }
    }
  }

  public func turns() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    watchers.withLock { $0.append(continuation) }
    return stream
  }

  public func observed(_ targets: TargetGroupSnapshot, of cloud: CloudID, at now: Timestamp) async {
    // The verdict is the test's alone.
  }
}
